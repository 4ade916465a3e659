using FedActors.Crdt;

namespace FedActors.Scripts.Measuring.Crdt;

/// <summary>A map with a number of keys, to be merged into an empty one, and the same keys to be inserted into a dictionary.</summary>
/// <remarks>Entries have their hashes, as received entries do.</remarks>
internal sealed class Merging
{
    private readonly LwwMap _source = new(new Member("source", 1));
    private readonly KeyValuePair<string, Body>[] _pairs;

    public Merging(int keys)
    {
        Body body = new(new byte[] { 1, 2, 3 });
        _pairs = new KeyValuePair<string, Body>[keys];
        for (int i = 0; i < keys; i++)
        {
            _pairs[i] = new KeyValuePair<string, Body>($"key/{i}", body);
            _source.Put(_pairs[i].Key, body, new HybridTime((ulong)i));
        }
    }

    public int Keys => _pairs.Length;

    public void MergeIntoEmpty()
    {
        LwwMap map = new(new Member("target", 1));
        if (map.Merge(_source).Changed != Keys)
        {
            throw new InvalidOperationException("The merge lost keys.");
        }
    }

    public void InsertIntoDictionary()
    {
        var dictionary = new Dictionary<string, Body>(StringComparer.Ordinal);
        foreach (KeyValuePair<string, Body> pair in _pairs)
        {
            dictionary[pair.Key] = pair.Value;
        }

        if (dictionary.Count != Keys)
        {
            throw new InvalidOperationException("The dictionary lost keys.");
        }
    }

    public void Digest()
    {
        if (_source.ToDigest().Headers.Count != Keys)
        {
            throw new InvalidOperationException("The digest lost keys.");
        }
    }
}
