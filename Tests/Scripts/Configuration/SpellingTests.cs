using FedActors.Scripts.Configuration;

namespace FedActors.Tests.Scripts.Configuration;

public sealed class SpellingTests
{
    [Theory]
    [InlineData("", "", 0)]
    [InlineData("abc", "", 3)]
    [InlineData("abc", "abd", 1)]
    [InlineData("abc", "acb", 1)]
    [InlineData("kitten", "sitting", 3)]
    public void Distance_TwoWords_CountsTheEdits(string a, string b, int distance)
    {
        Spelling.Distance(a, b).Should().Be(distance);
        Spelling.Distance(b, a).Should().Be(distance);
    }

    [Theory]
    [InlineData("confg", "config")]
    [InlineData("CONFIG", "config")]
    [InlineData("zebra", null)]
    public void Nearest_AWord_IsFoundOnlyIfNear(string word, string? nearest) => Spelling.Nearest(word, ["config", "completion"]).Should().Be(nearest);

    [Fact]
    public void Nearest_NoCandidatesOrAnEndlessWord_IsNone()
    {
        Spelling.Nearest("config", []).Should().BeNull();
        Spelling.Nearest(new string('x', 1_000_000), ["config"]).Should().BeNull();
    }
}
