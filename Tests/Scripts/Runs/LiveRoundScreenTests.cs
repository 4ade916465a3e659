using FedActors.Scripts.Runs;
using FedActors.Tests.TestKit;
using Spectre.Console;

namespace FedActors.Tests.Scripts.Runs;

public sealed class LiveRoundScreenTests
{
    [Fact]
    public async Task Display_MoreRoundsThanLines_ShowsTheLastWithBarAndNotes()
    {
        var output = new StringWriter();
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Interactive = InteractionSupport.No, Out = new AnsiConsoleOutput(output) });
        console.Profile.Width = 120;
        console.Profile.Height = 20;

        await using (var display = new LiveRoundScreen(console, TimeProvider.System, RoundText.Columns))
        {
            display.Title("landsat  6 classes");
            for (int round = 1; round <= 50; round++)
            {
                display.Show(StoredRuns.Round(round, accuracy: 0.8), 100);
            }

            display.Note("worker A was lost: its node restarted");
            await display.LogWriter.WriteLineAsync("a line of the log");
            display.Waiting("round 51 needs 1 more workers");
        }

        string last = output.ToString();
        last = last[last.LastIndexOf("landsat  6 classes", StringComparison.Ordinal)..];
        last.Should().Contain("50").And.Contain("43").And.NotContain(" 42 ");
        last.Should().Contain("━━━━━━━━━━━━━━━━━━━━────────────────────  50 of 100 rounds");
        last.Should().Contain("worker A was lost: its node restarted").And.Contain("a line of the log").And.Contain("round 51 needs 1 more workers");
    }

    [Fact]
    public async Task Display_NothingHappened_EndsAtOnce()
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(TextWriter.Null) });

        await new LiveRoundScreen(console, new ManualTimeProvider(), RoundText.Columns).DisposeAsync();
    }
}
