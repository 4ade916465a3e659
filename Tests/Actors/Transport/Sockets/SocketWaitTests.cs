using FedActors.Actors.Scheduling;
using FedActors.Actors.Transport.Sockets;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Actors.Transport.Sockets;

/// <summary>Of an event, a cancellation and the end exactly one completes a wait, whenever they come.</summary>
public sealed class SocketWaitTests
{
    private static readonly ILineOrigin NobodysAccount = new Account();
    private readonly SocketWait _wait = new();
    private readonly TurnLine _line = new(TimeProvider.System, failure => throw new InvalidOperationException("A turn failed.", failure));

    [Fact]
    public async Task Wait_AfterAnEvent_ReturnsAtOnceAndOnlyOnce()
    {
        Signal();
        Signal();

        _wait.WaitAsync(goesOnHere: false, CancellationToken.None).IsCompletedSuccessfully.Should().BeTrue();

        Task second = _wait.WaitAsync(goesOnHere: false, CancellationToken.None).AsTask();
        second.IsCompleted.Should().BeFalse();
        Signal();
        await second.Limit();
    }

    [Fact]
    public async Task Wait_ThatGoesOnHere_GoesOnInTheLineOfWhoSignals()
    {
        int thread = 0;
        Task waiting = NoteThreadAsync(_wait.WaitAsync(goesOnHere: true, CancellationToken.None));
        int here = 0;

        OnAThread(() =>
        {
            here = Environment.CurrentManagedThreadId;
            Signal();
            waiting.IsCompleted.Should().BeFalse("it goes on in a turn of its own");
            _line.Run();
        });

        await waiting.Limit();
        thread.Should().Be(here);

        async Task NoteThreadAsync(ValueTask wait)
        {
            await wait.ConfigureAwait(false);
            thread = Environment.CurrentManagedThreadId;
        }
    }

    [Fact]
    public async Task Wait_WhereNothingMayGoOn_GoesOnInThePool()
    {
        Task waiting = _wait.WaitAsync(goesOnHere: true, CancellationToken.None).AsTask();

        _wait.Signal(line: null, NobodysAccount);

        await waiting.Limit();
        _line.IsEmpty.Should().BeTrue();
    }

    [Fact]
    public async Task Wait_Cancelled_SaysSoAndTheNextWaitIsOfUse()
    {
        using var cancellation = new CancellationTokenSource();
        Task waiting = _wait.WaitAsync(goesOnHere: true, cancellation.Token).AsTask();

        await cancellation.CancelAsync();

        (await waiting.Awaiting(task => task.Limit()).Should().ThrowAsync<OperationCanceledException>()).Which.CancellationToken.Should().Be(cancellation.Token);
        Task next = _wait.WaitAsync(goesOnHere: false, CancellationToken.None).AsTask();
        next.IsCompleted.Should().BeFalse();
        Signal();
        await next.Limit();
    }

    [Fact]
    public async Task Wait_CancelledBefore_DoesNotBegin()
    {
        Func<Task> waiting = async () => await _wait.WaitAsync(goesOnHere: false, new CancellationToken(canceled: true));

        await waiting.Should().ThrowAsync<OperationCanceledException>();
        Task next = _wait.WaitAsync(goesOnHere: false, CancellationToken.None).AsTask();
        Signal();
        await next.Limit();
    }

    [Fact]
    public async Task Close_WhileSomebodyWaits_EndsThatAndAllThatFollow()
    {
        Task waiting = _wait.WaitAsync(goesOnHere: true, CancellationToken.None).AsTask();

        _wait.Close();

        await waiting.Awaiting(task => task.Limit()).Should().ThrowAsync<IOException>();
        Func<Task> next = async () => await _wait.WaitAsync(goesOnHere: false, CancellationToken.None);
        await next.Should().ThrowAsync<IOException>();
        Signal();
        await next.Should().ThrowAsync<IOException>();
    }

    [Fact]
    public async Task Wait_BesideAnother_IsRefusedAndTheOtherGoesOn()
    {
        Task first = _wait.WaitAsync(goesOnHere: false, CancellationToken.None).AsTask();
        Func<Task> second = async () => await _wait.WaitAsync(goesOnHere: false, CancellationToken.None);

        await second.Should().ThrowAsync<InvalidOperationException>();

        Signal();
        await first.Limit();
    }

    /// <summary>A source that is completed twice, or begun anew beneath a work item, throws where nobody catches it.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Wait_WhileEventsAndCancellationsCome_CompletesEachTimeOnce(bool closes)
    {
        const int Waits = 20_000;
        using var stop = new CancellationTokenSource();
        CancellationTokenSource cancellation = new();
        int waited = 0;
        Task signals = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                _wait.Signal(line: null, NobodysAccount);
            }
        });
        Task cancels = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                Volatile.Read(ref cancellation).Cancel();
            }
        });

        for (; waited < Waits; waited++)
        {
            var next = new CancellationTokenSource();
            Volatile.Write(ref cancellation, next);
            try
            {
                await _wait.WaitAsync(goesOnHere: false, next.Token).AsTask().Limit();
            }
            catch (OperationCanceledException)
            {
                // One of the three outcomes.
            }
        }

        Task last = Task.CompletedTask;
        if (closes)
        {
            Task closing = Task.Run(_wait.Close);
            last = Task.Run(async () =>
            {
                while (true)
                {
                    await _wait.WaitAsync(goesOnHere: false, CancellationToken.None);
                }
            });
            await last.Awaiting(task => task.Limit()).Should().ThrowAsync<IOException>();
            await closing;
        }

        await stop.CancelAsync();
        await Task.WhenAll(signals, cancels).Limit();
        waited.Should().Be(Waits);
    }

    private void Signal() => _wait.Signal(_line, NobodysAccount);

    private static void OnAThread(ThreadStart work)
    {
        var thread = new Thread(work);
        thread.UnsafeStart();
        thread.Join();
    }

    private sealed class Account : ILineOrigin
    {
        public void OnHolding() => throw new InvalidOperationException("Nothing holds anybody here.");
    }
}
