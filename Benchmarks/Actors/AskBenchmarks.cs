using BenchmarkDotNet.Attributes;
using FedActors.Actors;
using FedActors.Scripts.Measuring.Mailbox;

namespace FedActors.Benchmarks.Actors;

/// <summary>Questions to a local actor, one after the other.</summary>
[MemoryDiagnoser]
public class AskBenchmarks
{
    private const int Questions = 10_000;
    private Asking? _asking;

    [GlobalSetup]
    public void Start() => _asking = new Asking(new ActorSystemOptions());

    [GlobalCleanup]
    public async Task StopAsync() => await _asking!.DisposeAsync();

    [Benchmark(OperationsPerInvoke = Questions)]
    public Task Ask() => _asking!.AskAsync(Questions);
}
