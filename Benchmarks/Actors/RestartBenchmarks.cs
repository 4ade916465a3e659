using BenchmarkDotNet.Attributes;
using FedActors.Actors;
using FedActors.Scripts.Measuring.Mailbox;

namespace FedActors.Benchmarks.Actors;

/// <summary>From a failure to the next instance, without backoff.</summary>
[MemoryDiagnoser]
public class RestartBenchmarks
{
    private const int Restarts = 500;
    private Restarting? _restarting;

    [GlobalSetup]
    public void Start() => _restarting = new Restarting(new ActorSystemOptions());

    [GlobalCleanup]
    public async Task StopAsync() => await _restarting!.DisposeAsync();

    [Benchmark(OperationsPerInvoke = Restarts)]
    public Task Restart() => _restarting!.RestartAsync(Restarts);
}
