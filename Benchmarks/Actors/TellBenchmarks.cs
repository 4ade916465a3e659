using System.Threading.Channels;
using BenchmarkDotNet.Attributes;
using FedActors.Actors;
using FedActors.Scripts.Measuring.Mailbox;

namespace FedActors.Benchmarks.Actors;

/// <summary>Local tells between pairs of actors, beside a bare channel that one thread fills and empties; the figure is time per message.</summary>
/// <remarks>The same pairs as <c>fedactors bench mailbox</c> measures, which holds them against channels that change threads as they do.</remarks>
[MemoryDiagnoser]
public class TellBenchmarks
{
    private const int Messages = 1_000_000;
    private static readonly object Ball = new();
    private PingPong? _bare;
    private PingPong? _wrapped;

    [Params(2, 8)]
    public int Pairs { get; set; }

    [GlobalSetup]
    public void Start()
    {
        _bare = new PingPong(new ActorSystemOptions(), Pairs);
        _wrapped = new PingPong(new ActorSystemOptions { ReceiveMiddleware = [static next => (context, envelope) => next(context, envelope)] }, Pairs);
    }

    [GlobalCleanup]
    public async Task StopAsync()
    {
        await _bare!.DisposeAsync();
        await _wrapped!.DisposeAsync();
    }

    [Benchmark(OperationsPerInvoke = Messages)]
    public Task PingPong() => _bare!.PlayAsync(Messages / 2 / Pairs);

    [Benchmark(OperationsPerInvoke = Messages)]
    public Task PingPong_WithOneMiddleware() => _wrapped!.PlayAsync(Messages / 2 / Pairs);

    [Benchmark(Baseline = true, OperationsPerInvoke = Messages)]
    public void BareBoundedChannel_OneThread()
    {
        const int InFlight = FedActors.Scripts.Measuring.Mailbox.PingPong.InFlight;
        Channel<Envelope> channel = Channel.CreateBounded<Envelope>(new BoundedChannelOptions(InFlight) { SingleReader = true });
        for (int sent = 0; sent < Messages; sent += InFlight)
        {
            for (int i = 0; i < InFlight; i++)
            {
                channel.Writer.TryWrite(new Envelope(Ball));
            }

            while (channel.Reader.TryRead(out _))
            {
            }
        }
    }
}
