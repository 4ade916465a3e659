using FedActors.Scripts.Cli;
using FedActors.Scripts.Configuration;

namespace FedActors.Scripts.Processes;

/// <summary>On which port each process of one machine serves its metrics: the one that is configured, and those that follow.</summary>
internal static class MetricsPorts
{
    /// <summary>What a process is started with.</summary>
    /// <param name="first">The configured one, or null if none serves any.</param>
    /// <param name="index">Its place among the processes, which is the same after a restart.</param>
    public static string[] Of(int? first, int index) =>
        first is not { } port ? [] : ["--set", $"{ConfigKeys.MetricsPort.Path}={(port == 0 ? 0 : port + index)}"];

    /// <summary>Refuses a first port after which there is not one for each process.</summary>
    /// <param name="first">The configured one, or null if none serves any.</param>
    /// <param name="processes">How many there are.</param>
    /// <param name="taken">Where they listen for each other.</param>
    /// <exception cref="CommandFailure">One would be that of another, or there are not so many.</exception>
    public static void Check(int? first, int processes, IEnumerable<int> taken)
    {
        if (first is not { } port || port == 0)
        {
            return;
        }

        int last = port + processes - 1;
        string? fault = last > ushort.MaxValue ? $"leaves no port for each of {processes} processes: at most {ushort.MaxValue - processes + 1}"
            : taken.FirstOrDefault(other => other >= port && other <= last) is > 0 and var met ? $"gives {processes} processes the ports up to {last}, and one of them listens on {met}"
            : null;
        if (fault is not null)
        {
            throw CommandContext.ConfigFailure([new ConfigFault(ConfigKeys.MetricsPort.Path, $"{port}", null, fault)]);
        }
    }
}
