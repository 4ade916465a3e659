using FedActors.FL.Roles;
using FedActors.Scripts.Runs;
using Spectre.Console;

namespace FedActors.Tests.Scripts.Runs;

public sealed class GossipDisplayTests
{
    private readonly StringWriter _output = new() { NewLine = "\n" };

    [Fact]
    public void AllPeers_InPlainLines_ShowARoundOnceAllHaveComeThroughIt()
    {
        var display = new AllPeersDisplay(new PlainRoundScreen(_output, TextWriter.Null, GossipText.Columns), peers: 2, rounds: 5);

        display.Round(Round("A", 1));
        display.Round(Round("A", 2));
        _output.ToString().Should().BeEmpty("B may change the line still");
        display.Round(Round("B", 1, hash: "other"));

        _output.ToString().Should().MatchRegex(@"^round +peers .*\n +1 +2/2 .* 2 +\d.* ms\n$");
        display.End();
        _output.ToString().Should().MatchRegex(@"\n +2 +1/2 ");
    }

    /// <summary>Every peer was shown as one of one, with one mean.</summary>
    [Fact]
    public void OnePeer_Round_ShowsModelsInItsMeanAndWhichMeanThatIs()
    {
        var display = new OnePeerDisplay(new PlainRoundScreen(_output, TextWriter.Null, GossipText.OwnColumns), rounds: 5);

        display.Round(Round("A", 1, hash: "0123456789abcdef"));

        _output.ToString().Should().MatchRegex(@"^round +models +accuracy +loss +change +mean +time\n +1 +4 +0\.8000 .* 0123456789ab +\d.* ms\n$");
    }

    [Fact]
    public async Task AllPeers_OnATerminal_ShowAnOpenRoundAsItFills()
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Interactive = InteractionSupport.No, Out = new AnsiConsoleOutput(_output) });
        console.Profile.Width = 120;
        await using (var screen = new LiveRoundScreen(console, TimeProvider.System, GossipText.Columns))
        {
            var display = new AllPeersDisplay(screen, peers: 3, rounds: 4);
            foreach (string peer in new[] { "A", "B", "C" })
            {
                display.Round(Round(peer, 1));
            }

            display.Round(Round("B", 2));
            display.Round(Round("A", 2));
            display.Note("B: C is dead");
        }

        string last = _output.ToString();
        last = last[last.LastIndexOf("peers", StringComparison.Ordinal)..];
        last.Should().Contain("3/3").And.Contain("2/3").And.Contain("1 of 4 rounds").And.Contain("B: C is dead").And.NotContain("1/3");
    }

    private static PeerRound Round(string peer, int round, string hash = "same") => new(peer, round, 0.5, 0.7, 0.1, 4, 0.8, 0.6, hash, TimeSpan.FromMilliseconds(12));
}
