using FedActors.Scripts.Cli;
using Spectre.Console;

namespace FedActors.Scripts.Runs;

/// <summary>Chooses how rounds are shown.</summary>
internal static class RoundScreens
{
    /// <summary>A screen for a command's rounds.</summary>
    /// <param name="context">The command.</param>
    /// <param name="columns">The rows' columns.</param>
    public static RoundScreen For(CommandContext context, RoundColumns columns)
    {
        if (context.Output.Progress is { } progress && context.AllowsAnsi)
        {
            return new LiveRoundScreen(Console(progress), context.Time, columns);
        }

        return new PlainRoundScreen(context.Output.Progress, context.Quiet ? TextWriter.Null : context.Terminal.Error, columns);
    }

    private static IAnsiConsole Console(TextWriter output) => AnsiConsole.Create(new AnsiConsoleSettings
    {
        Ansi = AnsiSupport.Yes,
        Interactive = InteractionSupport.Yes,
        Out = new AnsiConsoleOutput(output),
    });
}
