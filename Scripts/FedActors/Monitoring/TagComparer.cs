namespace FedActors.Scripts.Monitoring;

/// <summary>Compares combinations of tags, in whatever order they are given, also where they lie on the stack of who measures.</summary>
internal sealed class TagComparer :
    IEqualityComparer<KeyValuePair<string, object?>[]>,
    IAlternateEqualityComparer<ReadOnlySpan<KeyValuePair<string, object?>>, KeyValuePair<string, object?>[]>
{
    public static readonly TagComparer Instance = new();

    public bool Equals(KeyValuePair<string, object?>[]? left, KeyValuePair<string, object?>[]? right) => Equals(left.AsSpan(), right!);

    public int GetHashCode(KeyValuePair<string, object?>[] tags) => GetHashCode(tags.AsSpan());

    public bool Equals(ReadOnlySpan<KeyValuePair<string, object?>> alternate, KeyValuePair<string, object?>[] other)
    {
        if (alternate.Length != other.Length)
        {
            return false;
        }

        foreach ((string key, object? value) in alternate)
        {
            if (!Holds(other, key, value))
            {
                return false;
            }
        }

        return true;
    }

    public int GetHashCode(ReadOnlySpan<KeyValuePair<string, object?>> alternate)
    {
        int hash = 0;
        foreach ((string key, object? value) in alternate)
        {
            hash += HashCode.Combine(key, value);
        }

        return hash;
    }

    public KeyValuePair<string, object?>[] Create(ReadOnlySpan<KeyValuePair<string, object?>> alternate) => alternate.ToArray();

    private static bool Holds(KeyValuePair<string, object?>[] tags, string key, object? value)
    {
        foreach ((string known, object? other) in tags)
        {
            if (known == key && object.Equals(other, value))
            {
                return true;
            }
        }

        return false;
    }
}
