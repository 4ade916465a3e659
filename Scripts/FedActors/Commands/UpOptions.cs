using System.CommandLine;

namespace FedActors.Scripts.Commands;

/// <summary>What both forms of <c>up</c> take.</summary>
/// <param name="NoRestart">Leaves processes that die as they are.</param>
/// <param name="Detach">Returns once everything is up.</param>
/// <param name="Detached">Set for the process that stays.</param>
internal sealed record UpOptions(Option<bool> NoRestart, Option<bool> Detach, Option<bool> Detached)
{
    /// <summary>Adds them to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="ready">When it is up, to follow "when".</param>
    public static UpOptions Of(Command command, string ready)
    {
        var options = new UpOptions(
            new Option<bool>("--no-restart") { Description = "Leave processes that die as they are." },
            new Option<bool>("--detach") { Description = $"Return when {ready}, and leave everything running." },
            new Option<bool>("--detached") { Hidden = true, Description = "Set by --detach for the process that stays." });
        command.Options.Add(options.NoRestart);
        command.Options.Add(options.Detach);
        command.Options.Add(options.Detached);
        return options;
    }
}
