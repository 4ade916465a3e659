using BenchmarkDotNet.Attributes;
using FedActors.Scripts.Measuring.Transport;

namespace FedActors.Benchmarks.Actors;

/// <summary>Two nodes in one process over loopback, doing what <c>fedactors bench transport</c> measures.</summary>
/// <remarks>
/// Besides the message itself, a reference to an actor that was not named before or a question costs objects; a frame costs none.
/// Bytes allocated for a large message show whether anything of it is copied to fresh memory.
/// </remarks>
[MemoryDiagnoser]
public class TransportBenchmarks
{
    private const int Balls = 25_000;
    private const int Questions = 10_000;
    private const int Models = 20;

    private RemotePingPong? _pingPong;
    private RemoteCalls? _calls;
    private RemoteAsking? _asking;
    private ModelStream? _models;

    [Params(false, true)]
    public bool Tls { get; set; }

    [GlobalSetup]
    public async Task ConnectAsync()
    {
        TimeProvider time = TimeProvider.System;
        _pingPong = new RemotePingPong(Tls, time);
        _calls = new RemoteCalls(Tls, time);
        _asking = new RemoteAsking(Tls, time);
        _models = new ModelStream(Tls, 10_000_000, givesBack: true, time);
        foreach (RemoteWorkload workload in new RemoteWorkload[] { _pingPong, _calls, _asking, _models })
        {
            await workload.StartAsync(CancellationToken.None);
        }
    }

    [GlobalCleanup]
    public async Task StopAsync()
    {
        foreach (RemoteWorkload workload in new RemoteWorkload[] { _pingPong!, _calls!, _asking!, _models! })
        {
            await workload.DisposeAsync();
        }
    }

    [Benchmark(OperationsPerInvoke = 2 * Balls * RemotePingPong.Pairs)]
    public Task Tell() => _pingPong!.PlayAsync(Balls);

    [Benchmark(OperationsPerInvoke = Questions)]
    public Task Calls() => _calls!.AskAsync(Questions);

    [Benchmark(OperationsPerInvoke = Questions)]
    public Task Ask() => _asking!.AskAsync(Questions);

    [Benchmark(OperationsPerInvoke = Models)]
    public Task TenMegabytes() => _models!.SendAsync(Models);
}
