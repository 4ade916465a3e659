using FedActors.Scripts.Processes;

namespace FedActors.Tests.Scripts.Processes;

public sealed class RestartPolicyTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(60);

    [Fact]
    public void NextWait_DiesAgainAndAgain_WaitsTwiceAsLongAndGivesUp()
    {
        var policy = new RestartPolicy(5, Window, () => 0);

        double?[] waits = [.. Enumerable.Range(0, 6).Select(i => policy.NextWait(Start.AddSeconds(i), Start.AddSeconds(i))?.TotalSeconds)];

        waits.Should().Equal(0.2, 0.4, 0.8, 1.6, 3.2, null);
    }

    [Fact]
    public void NextWait_DeathsOutsideTheWindow_AreForgotten()
    {
        var policy = new RestartPolicy(1, Window, () => 0);

        policy.NextWait(Start, Start).Should().NotBeNull();
        policy.NextWait(Start, Start + Window - TimeSpan.FromTicks(1)).Should().BeNull();
        policy.NextWait(Start, Start + Window).Should().NotBeNull();
    }

    [Fact]
    public void NextWait_LivedForLong_IsShortAgain()
    {
        var policy = new RestartPolicy(5, Window, () => 0);
        policy.NextWait(Start, Start);
        policy.NextWait(Start, Start).Should().Be(TimeSpan.FromSeconds(0.4));

        policy.NextWait(Start, Start + RestartPolicy.HealthyLife).Should().Be(TimeSpan.FromSeconds(0.2));
    }

    [Fact]
    public void NextWait_ManyDeathsAllowed_WaitIsCapped()
    {
        var policy = new RestartPolicy(100, Window, () => 0);

        Enumerable.Range(0, 50).Select(_ => policy.NextWait(Start, Start)!.Value).Max().Should().Be(RestartPolicy.MaxBackoff);
    }

    [Fact]
    public void NextWait_WithChance_IsUpToAFifthShorter()
    {
        var policy = new RestartPolicy(5, Window, () => 0.999_999);

        policy.NextWait(Start, Start)!.Value.TotalSeconds.Should().BeApproximately(0.16, 0.001);
    }
}
