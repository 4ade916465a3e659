namespace FedActors.Actors.Numerics;

/// <summary>A seeded stream of chances for backoff jitter. Thread-safe.</summary>
/// <remarks>SplitMix64 (Steele, Lea and Flood 2014): one addition and three mixing steps, no state beyond a counter.</remarks>
internal sealed class JitterStream(ulong seed)
{
    private ulong _state = seed;

    /// <summary>Uniform in [0, 1).</summary>
    public double Next()
    {
        ulong z = Interlocked.Add(ref _state, 0x9E3779B97F4A7C15);
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        z ^= z >> 31;
        return (z >> 11) * (1.0 / (1UL << 53));
    }
}
