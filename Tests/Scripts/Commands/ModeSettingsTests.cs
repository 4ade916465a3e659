using FedActors.Tests.TestKit;

namespace FedActors.Tests.Scripts.Commands;

/// <summary>What a mode does not know is refused, with what to do instead.</summary>
public sealed class ModeSettingsTests
{
    [Theory]
    [InlineData(new[] { "run", "--topology", "ring" }, new[] { "Gossip:Topology", "gossip mode" })]
    [InlineData(new[] { "run", "--set", "Gossip:Fanout=2" }, new[] { "Gossip:Fanout", "gossip mode" })]
    [InlineData(new[] { "run", "--mode", "gossip", "--workers", "3" }, new[] { "Participation:Workers", "coordinated mode" })]
    [InlineData(new[] { "run", "--set", "Strategy:Name=gossipavg" }, new[] { "gossip mode", "fedmedian" })]
    [InlineData(new[] { "run", "--mode", "gossip", "--set", "Strategy:Name=fedadam" }, new[] { "fedadam", "server", "gossipavg", "krum" })]
    [InlineData(new[] { "up", "gossip", "--set", "Strategy:Name=scaffold" }, new[] { "scaffold", "control variates", "fedmedian" })]
    [InlineData(new[] { "start", "peer", "--site", "A", "--set", "Strategy:Name=fedyogi" }, new[] { "fedyogi", "server" })]
    [InlineData(new[] { "run", "--mode", "gossip", "--set", "Strategy:Name=krum", "--set", "Strategy:Malicious=1" }, new[] { "at least 5", "fedmedian" })]
    [InlineData(new[] { "run", "--mode", "gossip", "--topology", "ring", "--set", "Strategy:Name=fedmedian", "--set", "Gossip:AverageWith=neighbours" }, new[] { "fedmedian", "star or complete", "gossipavg" })]
    public async Task Setting_ThatTheModeDoesNotKnow_IsRefusedWithTheAlternatives(string[] arguments, string[] texts)
    {
        using var folder = new TemporaryFolder();

        CommandLineRun run = await CommandLineRun.Of([.. arguments, "--set", $"Storage:Path={folder.Path}"]);

        run.ExitCode.Should().Be(64, run.Out + run.Error);
        texts.Should().OnlyContain(text => run.Error.Contains(text), run.Error);
    }
}
