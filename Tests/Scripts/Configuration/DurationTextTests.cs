using FedActors.Scripts.Configuration;

namespace FedActors.Tests.Scripts.Configuration;

public sealed class DurationTextTests
{
    [Theory]
    [InlineData("00:00:30", 30_000)]
    [InlineData("1.00:00:00", 86_400_000)]
    [InlineData("00:00:00.25", 250)]
    [InlineData("30s", 30_000)]
    [InlineData("1.5m", 90_000)]
    [InlineData("250ms", 250)]
    [InlineData("2h", 7_200_000)]
    [InlineData("0s", 0)]
    public void TryParse_Duration_IsRead(string text, double milliseconds)
    {
        DurationText.TryParse(text, out TimeSpan duration).Should().BeTrue();

        duration.TotalMilliseconds.Should().Be(milliseconds);
        DurationText.TryParse(DurationText.Format(duration), out TimeSpan again).Should().BeTrue();
        again.Should().Be(duration);
    }

    [Theory]
    [InlineData("")]
    [InlineData("30")]
    [InlineData("-30s")]
    [InlineData("-00:00:30")]
    [InlineData("s")]
    [InlineData("1e3s")]
    [InlineData("NaNs")]
    [InlineData("00:61:00")]
    [InlineData("99999999999999999999h")]
    [InlineData("soon")]
    public void TryParse_AnythingElse_IsRefused(string text) => DurationText.TryParse(text, out _).Should().BeFalse();

    [Theory]
    [InlineData(0.1, "100 ms")]
    [InlineData(30, "30 s")]
    [InlineData(86_400, "1 day")]
    [InlineData(604_800, "7 days")]
    public void Spoken_Duration_UsesTheUnitThatFits(double seconds, string text) => DurationText.Spoken(TimeSpan.FromSeconds(seconds)).Should().Be(text);
}
