using FedActors.Storage.Gossip;

namespace FedActors.Tests.TestKit;

/// <summary>What gossip stores are filled with in tests.</summary>
internal static class StoredGossip
{
    public static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, 250, TimeSpan.FromHours(2));

    /// <summary>A part whose bytes tell key and version.</summary>
    public static StatePart Part(string key, int version, int bodyBytes = 64)
    {
        byte[] body = new SplitMix(((ulong)version << 8) + (ulong)key.Length).NextBytes(bodyBytes);
        return new StatePart(key, (byte[])[(byte)version, (byte)(version >> 8), (byte)key.Length], body);
    }

    public static PeerMetrics Metrics(int round) =>
        new(round, 1.0 / round, 0.5, 0.625, 0.75 / round, 0.01 * round, 4, $"{round:x64}", Start.AddSeconds(round));

    public static void ShouldBe(IReadOnlyList<StatePart> found, params StatePart[] expected)
    {
        StatePart[] sorted = [.. expected.OrderBy(p => p.Key, StringComparer.Ordinal)];
        found.Select(p => p.Key).Should().Equal(sorted.Select(p => p.Key));
        for (int i = 0; i < sorted.Length; i++)
        {
            found[i].Head.ToArray().Should().Equal(sorted[i].Head.ToArray());
            found[i].Body.HasValue.Should().Be(sorted[i].Body.HasValue);
            found[i].Body.GetValueOrDefault().Span.SequenceEqual(sorted[i].Body.GetValueOrDefault().Span).Should().BeTrue($"the body of {found[i].Key} is the one that was stored");
        }
    }
}
