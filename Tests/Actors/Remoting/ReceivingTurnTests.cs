using System.IO.Pipelines;
using FedActors.Actors.Remoting;
using FedActors.Actors.Scheduling;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Actors.Remoting;

public sealed class ReceivingTurnTests
{
    private readonly TurningScheduler _scheduler = new();
    private readonly ReceivingTurn _turn;
    private readonly Pipe _pipe = new(new PipeOptions(readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline, useSynchronizationContext: false));
    private readonly List<string> _order = [];

    public ReceivingTurnTests() => _turn = new ReceivingTurn(_scheduler);

    [Fact]
    public async Task AwaitAsync_BytesAreThere_ReturnsThemAtOnce()
    {
        await _pipe.Writer.WriteAsync(new byte[] { 1, 2, 3 });

        ValueTask<ReadResult> reading = _turn.AwaitAsync(_pipe.Reader.ReadAsync());

        reading.IsCompletedSuccessfully.Should().BeTrue();
        (await reading).Buffer.Length.Should().Be(3);
    }

    /// <summary>What the loop wakes runs when the loop awaits its next read, so that it never keeps the loop from reading.</summary>
    [Fact]
    public async Task AwaitAsync_BytesComeLater_GoesOnInATurnAndRunsWhatItWakesBehindIt()
    {
        Task loop = OnAThreadOfItsOwn(ReadTwiceAsync);

        await OnAThreadOfItsOwn(() => _pipe.Writer.WriteAsync(new byte[] { 1, 2, 3 }).AsTask());
        _order.Should().Equal("in a turn, 3 bytes", "awaits more", "woken");

        _pipe.Writer.Complete();
        await loop.Limit();
    }

    [Fact]
    public async Task AwaitAsync_ReadFails_Throws()
    {
        ValueTask<ReadResult> reading = _turn.AwaitAsync(_pipe.Reader.ReadAsync());

        _pipe.Writer.Complete(new IOException("on purpose"));

        await reading.AsTask().Invoking(task => task.Limit()).Should().ThrowAsync<IOException>();
    }

    private async Task ReadTwiceAsync()
    {
        ReadResult read = await _turn.AwaitAsync(_pipe.Reader.ReadAsync());
        _order.Add($"{(_scheduler.Turns.IsOpen ? "in a turn" : "outside")}, {read.Buffer.Length} bytes");
        _scheduler.ScheduleAwaited(new Woken(_order));
        _pipe.Reader.AdvanceTo(read.Buffer.End);
        ValueTask<ReadResult> more = _turn.AwaitAsync(_pipe.Reader.ReadAsync());
        _order.Add("awaits more");
        (await more).IsCompleted.Should().BeTrue();
    }

    /// <summary>A test's thread has a context, to which awaits would return.</summary>
    private static Task OnAThreadOfItsOwn(Func<Task> begin)
    {
        Task? begun = null;
        var thread = new Thread(() => begun = begin());
        thread.UnsafeStart();
        thread.Join();
        return begun!;
    }

    private sealed class Woken(List<string> order) : ITurn
    {
        public void Run(ThreadTurns? turns) => order.Add("woken");

        public void Execute() => Run(null);
    }
}
