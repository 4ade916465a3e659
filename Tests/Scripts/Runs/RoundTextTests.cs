using FedActors.FL.Roles;
using FedActors.Scripts.Runs;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Scripts.Runs;

public sealed class RoundTextTests
{
    [Fact]
    public void Summary_OfLandsat_NamesSitesAndModel()
    {
        var summary = new RunSummary("softmax", 36, 6, 222, [new("worker-a", "A", 1109), new("worker-b", "B", 1108)], 2000);

        RoundText.Summary("landsat", summary).Should().Be("landsat  6 classes  36 features   workers 2 (A 1,109  B 1,108)   evaluation 2,000   model softmax 222 parameters");
    }

    [Fact]
    public void Summary_OfManySites_StaysOneReadableLine()
    {
        var summary = new RunSummary("softmax", 36, 6, 222, [.. Enumerable.Range(1, 1000).Select(i => new SiteSummary($"w{i}", $"s{i}", 1))], 2000);

        RoundText.Summary("x", summary).Should().Contain("workers 1000 (s1 1  ").And.Contain("  and 992 more)").And.HaveLength(153);
    }

    [Theory]
    [InlineData(new[] { 3 }, "round 3")]
    [InlineData(new[] { 1, 2 }, "rounds 1 to 2")]
    [InlineData(new[] { 1, 2, 3, 5, 8, 9 }, "rounds 1 to 3, 5, 8 to 9")]
    public void Rounds_ThatFollowEachOther_AreOneSpan(int[] rounds, string text) => RoundText.Rounds(rounds).Should().Be(text);

    [Fact]
    public void End_OfOneRound_IsInTheSingular() =>
        RoundText.End(StoredRuns.Run(rounds: 1) with { CommittedRounds = 1 }, null, "finished", "x.db").Should().Be("finished  1 round  run 7f3a  x.db");

    [Fact]
    public void Round_NotEvaluatedYet_ShowsDashes()
    {
        string line = RoundText.Round(StoredRuns.Round(3) with { Refusals = [], Attempts = 1, BytesSent = 0, BytesReceived = 0, BytesSaved = 0 });

        line.Should().Be("    3      2/3         -         -    0.3333          -   0.01 ms");
        line.Length.Should().Be(RoundText.Header().Length);
    }

    [Fact]
    public void Round_Compressed_NotesWhatItsUpdatesTookAndSaved()
    {
        string line = RoundText.Round(StoredRuns.Round(3) with { Refusals = [], Attempts = 1, UpdateBytes = 120, BytesSaved = 768 });

        line.Should().EndWith("0.01 ms  updates 120 B, 86.5 % saved");
    }

    [Theory]
    [InlineData(0, "-")]
    [InlineData(999, "999 B")]
    [InlineData(7_200, "7.2 KB")]
    [InlineData(40_000_000, "40.0 MB")]
    [InlineData(1_500_000_000_000, "1500.0 GB")]
    public void Bytes_OfAnySize_AreShort(long bytes, string text) => RoundText.Bytes(bytes).Should().Be(text);

    [Theory]
    [InlineData(0.00012, "0.12 ms")]
    [InlineData(0.0112, "11.2 ms")]
    [InlineData(0.25, "250 ms")]
    [InlineData(3.14, "3.1 s")]
    [InlineData(90, "1.5 min")]
    [InlineData(9_000, "2.5 h")]
    public void Time_OfAnyLength_IsShort(double seconds, string text) => RoundText.Time(TimeSpan.FromSeconds(seconds)).Should().Be(text);
}
