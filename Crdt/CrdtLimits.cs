namespace FedActors.Crdt;

/// <summary>Bounds of what one entry may be called.</summary>
public static class CrdtLimits
{
    /// <summary>Longest key in characters: a prefix and a name, with room. Digests repeat keys, so that long ones would cost bandwidth.</summary>
    public const int MaxKeyLength = 256;

    /// <summary>Longest name of a replica in characters, as for members elsewhere, so that names fit a line of a log and a table.</summary>
    public const int MaxNameLength = 200;

    /// <summary>Whether a key is neither empty nor too long.</summary>
    public static bool IsKey(string? key) => key is { Length: > 0 and <= MaxKeyLength };

    /// <summary>Whether a replica's name is neither empty nor too long.</summary>
    public static bool IsName(string? name) => name is { Length: > 0 and <= MaxNameLength };

    internal static void CheckKey(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (!IsKey(key))
        {
            throw new ArgumentException($"A key has 1 to {MaxKeyLength} characters, not {key.Length}.", nameof(key));
        }
    }

    internal static void CheckName(string replica)
    {
        ArgumentNullException.ThrowIfNull(replica);
        if (!IsName(replica))
        {
            throw new ArgumentException($"A replica's name has 1 to {MaxNameLength} characters, not {replica.Length}.", nameof(replica));
        }
    }
}
