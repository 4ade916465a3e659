using System.Diagnostics.Metrics;
using FedActors.Actors;
using FedActors.Scripts.Measuring.Mailbox;
using FedActors.Scripts.Measuring.Transport;
using FedActors.Tests.TestKit;
using Xunit.Abstractions;

namespace FedActors.Tests.Actors.Remoting;

/// <summary>What small messages between two nodes allocate, at the pace that the machine allows. All of the process counts, so nothing else may run.</summary>
[Collection(nameof(AloneOnTheMachine))]
public sealed class RemoteAllocationTests : IDisposable
{
    // Two connections' spare batches grow by 17 MB in all, so that at least one of so many rounds finds them grown.
    private const int MaxRounds = 60;
    private const int Balls = 5_000;
    private const int Questions = 10_000;

    // An object's header, and a number.
    private const int MessageBytes = 24;

    // Whom to answer: an object's header, the system, the node, the question's number, and a name that it has none of.
    private const int AskerBytes = 48;

    // What beginning and ending a round costs, for each message of it.
    private const int RoundBytes = 4;

    private readonly MeterListener _listener = new();
    private readonly ITestOutputHelper _output;
    private long _batches;

    public RemoteAllocationTests(ITestOutputHelper output)
    {
        _output = output;
        _listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Name == "fedactors.remote.queue_time")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<double>((_, _, _, _) => Interlocked.Increment(ref _batches));
        _listener.Start();
    }

    public void Dispose() => _listener.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Tell_AtFullPace_AllocatesTheDecodedMessageAlone(bool tls)
    {
        await using var game = new RemotePingPong(tls, TimeProvider.System);
        await game.StartAsync(CancellationToken.None);
        await AllocatesAsync(MessageBytes, 2L * Balls * RemotePingPong.Pairs, () => game.PlayAsync(Balls));
    }

    /// <summary>Beside what the same question costs within a node, three messages are made, and somebody stands for whoever asks.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ask_ManyAtOnce_AllocatesTheQuestionAndTheMessagesAlone(bool tls)
    {
        await using var local = new Asking(new ActorSystemOptions());
        await using var calls = new RemoteCalls(tls, TimeProvider.System);
        await calls.StartAsync(CancellationToken.None);
        await local.AskAsync(Questions).Limit();
        long before = GC.GetTotalAllocatedBytes(precise: true);
        await local.AskAsync(Questions).Limit();
        double question = (double)(GC.GetTotalAllocatedBytes(precise: true) - before) / Questions;

        await AllocatesAsync(question + (3 * MessageBytes) + AskerBytes, Questions, () => calls.AskAsync(Questions));
    }

    /// <remarks>
    /// Until a round is steady: in those before it buffers still grow, by how much is under way at once. How many messages share a
    /// batch is a matter of the machine's pace; a batch costs nothing in optimised code, as tests are of.
    /// </remarks>
    private async Task AllocatesAsync(double expected, long messages, Func<Task> work)
    {
        double least = double.MaxValue;
        for (int round = 0; round < MaxRounds && least >= expected + RoundBytes; round++)
        {
            long batchesBefore = Interlocked.Read(ref _batches);
            long before = GC.GetTotalAllocatedBytes(precise: true);
            await work().Limit();
            double each = (double)(GC.GetTotalAllocatedBytes(precise: true) - before) / messages;
            double share = (double)(Interlocked.Read(ref _batches) - batchesBefore) / messages;
            _output.WriteLine($"{each:0.0} bytes for each, {1 / share:0} in a batch");
            least = Math.Min(least, each);
        }

        least.Should().BeLessThan(expected + RoundBytes);
    }
}
