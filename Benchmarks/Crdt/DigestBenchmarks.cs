using BenchmarkDotNet.Attributes;
using FedActors.Crdt;

namespace FedActors.Benchmarks.Crdt;

/// <summary>Telling what a map holds, and finding what a replica with another digest lacks.</summary>
[MemoryDiagnoser]
public class DigestBenchmarks
{
    private LwwMap _map = new(new Member("a", 1));
    private Digest _theirs = new([]);

    [Params(1_000, 50_000)]
    public int Keys { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        Body body = new(new byte[] { 1, 2, 3 });
        _map = new LwwMap(new Member("a", 1));
        for (int i = 0; i < Keys; i++)
        {
            _map.Put($"key/{i}", body, new HybridTime((ulong)i));
        }

        _theirs = _map.ToDigest();
        _map.Put("key/7", body, new HybridTime((ulong)Keys));
    }

    [Benchmark]
    public int ToDigest() => _map.ToDigest().Headers.Count;

    [Benchmark]
    public int Since() => _map.Since(_theirs).Entries.Count;
}
