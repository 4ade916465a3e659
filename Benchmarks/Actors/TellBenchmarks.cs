using System.Threading.Channels;
using BenchmarkDotNet.Attributes;
using FedActors.Actors;
using FedActors.Actors.Middleware;

namespace FedActors.Benchmarks.Actors;

/// <summary>Local tells between pairs of actors, beside the bare channel that carries them.</summary>
/// <remarks>Each pair keeps a number of messages in flight, as in other runtimes' ping-pong benchmarks; the figure is time per message.</remarks>
[MemoryDiagnoser]
public class TellBenchmarks
{
    private const int Messages = 1_000_000;
    private const int InFlight = 500;
    private static readonly object Ball = new();

    [Params(1, 2)]
    public int Pairs { get; set; }

    [Benchmark(OperationsPerInvoke = Messages)]
    public Task PingPong() => PlayAsync(new ActorSystemOptions());

    [Benchmark(OperationsPerInvoke = Messages)]
    public Task PingPong_WithOneMiddleware() => PlayAsync(new ActorSystemOptions
    {
        ReceiveMiddleware = [next => (context, envelope) => next(context, envelope)],
    });

    [Benchmark(Baseline = true, OperationsPerInvoke = Messages)]
    public void BareBoundedChannel_OneThread()
    {
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

    private async Task PlayAsync(ActorSystemOptions options)
    {
        await using var system = new ActorSystem(options);
        int perPair = Messages / Pairs / 2;
        Task[] games = [.. Enumerable.Range(0, Pairs).Select(pair => StartGame(system, pair, perPair))];
        await Task.WhenAll(games);
    }

    private static Task StartGame(ActorSystem system, int pair, int balls)
    {
        var over = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        ActorRef wall = system.Spawn(Props.FromBehaviour(static (context, ball) => Return(context, ball)), $"wall-{pair}");
        int sent = 0;
        int received = 0;
        ActorRef player = system.Spawn(
            Props.FromBehaviour((context, message) =>
            {
                int serve = message is Serve ? InFlight : 1;
                received += message is Serve ? 0 : 1;
                for (; serve > 0 && sent < balls; serve--, sent++)
                {
                    wall.Tell(Ball, context.Self);
                }

                if (received == balls)
                {
                    over.SetResult();
                }

                return ValueTask.CompletedTask;
            }),
            $"player-{pair}");
        player.Tell(new Serve());
        return over.Task;
    }

    private static ValueTask Return(ActorContext context, object ball)
    {
        context.Sender!.Tell(ball, context.Self);
        return ValueTask.CompletedTask;
    }

    private sealed record Serve;
}
