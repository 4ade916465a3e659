using System.Diagnostics;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Measuring;
using FedActors.Scripts.Roles;

namespace FedActors.Scripts.Processes;

/// <summary>This program once more, in a process whose runtime is set up for one kind of work.</summary>
/// <remarks>
/// The program's own settings are for commands that answer soon, and for training. They cannot be changed once a process runs, and some
/// work wants others: docs/adr/0039.
/// </remarks>
internal sealed class TunedProcess
{
    /// <summary>A campaign does the same for minutes or hours.</summary>
    public static readonly TunedProcess Campaign = new(
        "campaign",
        ". Give it fewer --jobs",

        // Code is compiled by what it is seen to do, and soon.
        (CompilerProfiling.Variable, "1"),
        ("DOTNET_TC_CallCountingDelayMs", "0"),

        // What a schedule makes is of no use after it: 64 MiB (hexadecimal) are filled before anybody looks what may go.
        ("DOTNET_GCgen0size", "4000000"),
        ("DOTNET_gcConcurrent", "0"));

    /// <summary>A measurement of the libraries has what those have who embed them, and what others that they are compared with had: the runtime's own settings.</summary>
    public static readonly TunedProcess Measurement = new("measurement", string.Empty, (CompilerProfiling.Variable, "1"));

    private readonly string _work;
    private readonly string _advice;
    private readonly (string Variable, string Value)[] _settings;

    private TunedProcess(string work, string advice, params (string Variable, string Value)[] settings) => (_work, _advice, _settings) = (work, advice, settings);

    /// <summary>How to start the program for it. What a person has set stays.</summary>
    /// <param name="arguments">The command line.</param>
    public ProcessStartInfo StartOf(IEnumerable<string> arguments)
    {
        ProcessStartInfo start = CommandProcess.StartOf(arguments, LauncherPipe.Option);
        foreach ((string variable, string value) in _settings)
        {
            start.Environment.TryAdd(variable, value);
        }

        return start;
    }

    /// <summary>Does this process's command line: in another, which writes to the same streams and ends with this one, or here where this one is that other.</summary>
    /// <param name="context">The command.</param>
    /// <param name="launched">Whether this process was started for it.</param>
    /// <param name="work">What is to be done.</param>
    /// <param name="stopping">Ends both.</param>
    public Task<CommandResult> RunAsync(CommandContext context, bool launched, Func<CancellationToken, Task<CommandResult>> work, CancellationToken stopping)
    {
        if (launched)
        {
            return CommandProcess.ForLauncherAsync(work, stopping);
        }

        bool isDecided = _settings.All(setting => context.Terminal.Environment.ContainsKey(setting.Variable));
        return context.Terminal.IsOfProcess && !isDecided
            ? CommandProcess.RunAsync(context, () => Process.Start(StartOf(CommandProcess.OfThis)), _work, _advice, stopping)
            : work(stopping);
    }
}
