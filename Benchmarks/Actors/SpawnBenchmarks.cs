using BenchmarkDotNet.Attributes;
using FedActors.Actors;

namespace FedActors.Benchmarks.Actors;

/// <summary>Actors that come up, and end again; the memory column is what both allocate together.</summary>
[MemoryDiagnoser]
public class SpawnBenchmarks
{
    private const int Actors = 10_000;
    private static readonly Props Idle = Props.FromBehaviour(static (_, _) => ValueTask.CompletedTask);
    private readonly string[] _names = [.. Enumerable.Range(0, Actors).Select(i => $"idle-{i}")];

    [Benchmark(OperationsPerInvoke = Actors)]
    public async Task SpawnAndStop()
    {
        await using var system = new ActorSystem(new ActorSystemOptions());
        foreach (string name in _names)
        {
            system.Spawn(Idle, name);
        }
    }
}
