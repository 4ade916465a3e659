using BenchmarkDotNet.Attributes;
using FedActors.Actors;

namespace FedActors.Benchmarks.Actors;

/// <summary>Questions to a local actor, one after the other.</summary>
[MemoryDiagnoser]
public class AskBenchmarks
{
    private const int Questions = 10_000;
    private static readonly object Question = new();
    private ActorSystem? _system;
    private ActorRef? _echo;

    [GlobalSetup]
    public void Start()
    {
        _system = new ActorSystem(new ActorSystemOptions());
        _echo = _system.Spawn(
            Props.FromBehaviour(static (context, message) =>
            {
                context.Respond(message);
                return ValueTask.CompletedTask;
            }),
            "echo");
    }

    [GlobalCleanup]
    public Task StopAsync() => _system!.StopAsync();

    [Benchmark(OperationsPerInvoke = Questions)]
    public async Task Ask()
    {
        for (int i = 0; i < Questions; i++)
        {
            await _echo!.AskAsync<object>(Question, TimeSpan.FromSeconds(10));
        }
    }
}
