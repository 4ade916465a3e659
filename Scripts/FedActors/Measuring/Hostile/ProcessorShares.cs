using System.Diagnostics;
using System.Globalization;
using System.Numerics;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Processes;

namespace FedActors.Scripts.Measuring.Hostile;

/// <summary>Half of the processors for the nodes and half for their attackers, so that these take nothing from those but what they make them do.</summary>
/// <param name="Nodes">Processors of the nodes, a bit for each.</param>
/// <param name="Attackers">Processors of the attackers.</param>
internal sealed record ProcessorShares(ulong Nodes, ulong Attackers)
{
    /// <summary>The hidden option of the process that runs on the nodes' share.</summary>
    public const string Option = "--attackers-on";

    /// <summary>Two shares of the processors that this process may use, or null where there are fewer than two, or threads cannot be bound to any.</summary>
    public static ProcessorShares? Find() => OperatingSystem.IsLinux() && PosixCalls.Processors() is { } all ? Split(all) : null;

    /// <summary>The lower half of some processors, and the rest; null if there are fewer than two.</summary>
    public static ProcessorShares? Split(ulong all)
    {
        int count = BitOperations.PopCount(all);
        if (count < 2)
        {
            return null;
        }

        ulong rest = all;
        for (int i = 0; i < count / 2; i++)
        {
            rest &= rest - 1;
        }

        return new ProcessorShares(all & ~rest, rest);
    }

    /// <summary>Starts a process on some processors. It inherits them from the thread that starts it, and so do all of its threads.</summary>
    public static Process? Start(ProcessStartInfo start, ulong processors)
    {
        ulong own = PosixCalls.Processors() ?? throw new InvalidOperationException("The system does not say on which processors this thread may run.");
        if (!PosixCalls.TryBind(processors))
        {
            throw new InvalidOperationException($"The system does not let this thread run on processors {processors:x}.");
        }

        try
        {
            return Process.Start(start);
        }
        finally
        {
            PosixCalls.TryBind(own);
        }
    }

    /// <summary>Runs this process's command line in another on the nodes' share, which writes to the same streams and ends with this one.</summary>
    /// <remarks>
    /// There all code is compiled once and for good when it is first called. Otherwise hot code is compiled again for minutes, beside
    /// what is measured: on a single core that is felt more than any attack, and in a node that has been up for a while it is over.
    /// </remarks>
    public Task<CommandResult> RunAsync(CommandContext context, CancellationToken stopping)
    {
        ProcessStartInfo start = CommandProcess.StartOf(CommandProcess.OfThis, Option, Attackers.ToString(CultureInfo.InvariantCulture));
        start.Environment["DOTNET_TieredCompilation"] = "0";
        start.Environment["DOTNET_ReadyToRun"] = "0";
        return CommandProcess.RunAsync(context, () => Start(start, Nodes), "measurement", string.Empty, stopping);
    }
}
