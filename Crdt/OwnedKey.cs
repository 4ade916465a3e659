namespace FedActors.Crdt;

/// <summary>Keys with a single writer: <c>model/&lt;peer&gt;</c> and <c>model2/&lt;peer&gt;</c>, <c>info/&lt;peer&gt;</c>, <c>moments/&lt;peer&gt;</c> and <c>standard/&lt;peer&gt;</c>.</summary>
/// <remarks>
/// Their versions are (incarnation, sequence) and no clock's: a wrong clock cannot make a model new or old. The sequence is allocated by
/// the owner's store, durable before the entry leaves the process.
/// </remarks>
public static class OwnedKey
{
    /// <summary>Where a peer's parameters are.</summary>
    public const string ModelPrefix = "model/";

    /// <summary>Where a peer's parameters are by turns, so that those before the last can still be had.</summary>
    public const string SecondModelPrefix = "model2/";

    /// <summary>Where a peer's address and description are.</summary>
    public const string InformationPrefix = "info/";

    /// <summary>Where the sums over a peer's features are.</summary>
    public const string MomentsPrefix = "moments/";

    /// <summary>Where the standard is on which a peer trains.</summary>
    public const string StandardPrefix = "standard/";

    private static readonly string[] Prefixes = [ModelPrefix, SecondModelPrefix, InformationPrefix, MomentsPrefix, StandardPrefix];

    /// <summary>The key of a peer's parameters.</summary>
    public static string Model(string peer) => Of(ModelPrefix, peer);

    /// <summary>The other key of a peer's parameters.</summary>
    public static string SecondModel(string peer) => Of(SecondModelPrefix, peer);

    /// <summary>Whether a key is one of a peer's parameters.</summary>
    public static bool IsModel(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return key.StartsWith(ModelPrefix, StringComparison.Ordinal) || key.StartsWith(SecondModelPrefix, StringComparison.Ordinal);
    }

    /// <summary>The key of a peer's address and description.</summary>
    public static string Information(string peer) => Of(InformationPrefix, peer);

    /// <summary>The key of the sums over a peer's features.</summary>
    public static string Moments(string peer) => Of(MomentsPrefix, peer);

    /// <summary>The key of the standard on which a peer trains.</summary>
    public static string Standard(string peer) => Of(StandardPrefix, peer);

    /// <summary>Finds a key's owner.</summary>
    /// <param name="key">Any key.</param>
    /// <param name="owner">The owner's name; empty if the key is everybody's, or names nobody.</param>
    /// <returns>Whether the key is of those that have an owner.</returns>
    public static bool TryGetOwner(string key, out ReadOnlySpan<char> owner)
    {
        ArgumentNullException.ThrowIfNull(key);
        owner = default;
        foreach (string prefix in Prefixes)
        {
            if (key.StartsWith(prefix, StringComparison.Ordinal))
            {
                owner = key.AsSpan(prefix.Length);
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether a replica may write a key: an owned one only its owner, any other everybody.</summary>
    public static bool MayWrite(string key, string replica) => !TryGetOwner(key, out ReadOnlySpan<char> owner) || owner.SequenceEqual(replica);

    private static string Of(string prefix, string peer)
    {
        CrdtLimits.CheckName(peer);
        return prefix + peer;
    }
}
