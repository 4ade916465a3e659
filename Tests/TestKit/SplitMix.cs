namespace FedActors.Tests.TestKit;

/// <summary>SplitMix64 (Steele, Lea, Flood 2014): random input for tests that replays from its seed on every version of .NET.</summary>
public sealed class SplitMix(ulong seed)
{
    private ulong _state = seed;

    public ulong NextUInt64()
    {
        _state += 0x9E3779B97F4A7C15;
        ulong z = _state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>0 up to, and without, <paramref name="limit"/>.</summary>
    public int Next(int limit) => (int)(NextUInt64() % (ulong)limit);

    public bool NextBoolean() => (NextUInt64() & 1) != 0;

    public byte[] NextBytes(int count)
    {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++)
        {
            bytes[i] = (byte)NextUInt64();
        }

        return bytes;
    }
}
