using BenchmarkDotNet.Attributes;
using FedActors.Crdt;

namespace FedActors.Benchmarks.Crdt;

/// <summary>Merging a map into an empty one, beside inserting the same keys into a dictionary. Entries have their hashes, as received entries do.</summary>
[MemoryDiagnoser]
public class MergeBenchmarks
{
    private LwwMap _source = new(new Member("source", 1));
    private KeyValuePair<string, Body>[] _pairs = [];

    [Params(1_000, 50_000)]
    public int Keys { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        Body body = new(new byte[] { 1, 2, 3 });
        _source = new LwwMap(new Member("source", 1));
        _pairs = [.. Enumerable.Range(0, Keys).Select(i => new KeyValuePair<string, Body>($"key/{i}", body))];
        for (int i = 0; i < Keys; i++)
        {
            _source.Put(_pairs[i].Key, body, new HybridTime((ulong)i));
        }
    }

    [Benchmark(Baseline = true)]
    public int DictionaryInsert()
    {
        var dictionary = new Dictionary<string, Body>(StringComparer.Ordinal);
        foreach (KeyValuePair<string, Body> pair in _pairs)
        {
            dictionary[pair.Key] = pair.Value;
        }

        return dictionary.Count;
    }

    [Benchmark]
    public int DictionaryInsertPresized()
    {
        var dictionary = new Dictionary<string, Body>(Keys, StringComparer.Ordinal);
        foreach (KeyValuePair<string, Body> pair in _pairs)
        {
            dictionary[pair.Key] = pair.Value;
        }

        return dictionary.Count;
    }

    [Benchmark]
    public int MergeIntoEmpty()
    {
        LwwMap map = new(new Member("target", 1));
        return map.Merge(_source).Changed;
    }
}
