using BenchmarkDotNet.Attributes;
using FedActors.Scripts.Measuring.Transport;

namespace FedActors.Benchmarks.Actors;

/// <summary>Two nodes in one process over loopback, doing what <c>fedactors bench transport</c> measures.</summary>
/// <remarks>
/// An iteration is one invocation, some tenths of a second in which many messages go: an estimate of how many invocations are worth
/// measuring would begin before the nodes are warm, and take minutes.
/// Besides the message itself, a reference to an actor that was not named before or a question costs objects; a frame costs none.
/// Bytes allocated for a large message show whether anything of it is copied to fresh memory.
/// </remarks>
[MemoryDiagnoser]
[InvocationCount(1, unrollFactor: 1)]
[WarmupCount(3)]
[IterationCount(5)]
public class TransportBenchmarks
{
    private const int Balls = 500_000;
    private const int CallsAtOnce = 200_000;
    private const int Questions = 20_000;
    private const int Models = 50;

    private Task _connected = Task.CompletedTask;
    private RemotePingPong? _pingPong;
    private RemoteCalls? _calls;
    private RemoteAsking? _asking;
    private ModelStream? _models;

    [Params(false, true)]
    public bool Tls { get; set; }

    /// <remarks>Nobody awaits a setup that runs in the process of the benchmarks: the first of each does.</remarks>
    [GlobalSetup]
    public void Connect() => _connected = ConnectAsync();

    [GlobalCleanup]
    public async Task StopAsync()
    {
        await _connected;
        foreach (RemoteWorkload workload in new RemoteWorkload[] { _pingPong!, _calls!, _asking!, _models! })
        {
            await workload.DisposeAsync();
        }
    }

    [Benchmark(OperationsPerInvoke = 2 * Balls * RemotePingPong.Pairs)]
    public async Task Tell()
    {
        await _connected;
        await _pingPong!.PlayAsync(Balls);
    }

    [Benchmark(OperationsPerInvoke = CallsAtOnce)]
    public async Task Calls()
    {
        await _connected;
        await _calls!.AskAsync(CallsAtOnce);
    }

    [Benchmark(OperationsPerInvoke = Questions)]
    public async Task Ask()
    {
        await _connected;
        await _asking!.AskAsync(Questions);
    }

    [Benchmark(OperationsPerInvoke = Models)]
    public async Task TenMegabytes()
    {
        await _connected;
        await _models!.SendAsync(Models);
    }

    private async Task ConnectAsync()
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
}
