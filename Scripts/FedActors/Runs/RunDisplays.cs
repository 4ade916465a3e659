using FedActors.Scripts.Cli;
using Spectre.Console;

namespace FedActors.Scripts.Runs;

/// <summary>Chooses how a run is shown.</summary>
internal static class RunDisplays
{
    public static RunDisplay For(CommandContext context)
    {
        if (context.Output.Progress is { } progress && context.AllowsAnsi)
        {
            return new LiveRunDisplay(Console(progress), context.Time);
        }

        return new PlainRunDisplay(context.Output.Progress, context.Quiet ? TextWriter.Null : context.Terminal.Error);
    }

    private static IAnsiConsole Console(TextWriter output) => AnsiConsole.Create(new AnsiConsoleSettings
    {
        Ansi = AnsiSupport.Yes,
        Interactive = InteractionSupport.Yes,
        Out = new AnsiConsoleOutput(output),
    });
}
