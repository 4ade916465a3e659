using FedActors.Actors;
using FedActors.Actors.Mailboxes;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Actors.Mailboxes;

public sealed class MailboxTests : IAsyncLifetime
{
    private readonly ActorWorld _world = new();
    private readonly List<string> _log = [];

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _world.DisposeAsync().AsTask();

    [Fact]
    public void Tell_FullInWaitMode_LeavesTheNewMessageADeadLetter()
    {
        ActorRef actor = Spawn(capacity: 2, MailboxFullMode.Wait);

        TellAll(actor, "a", "b", "c");
        _world.Run();

        _log.Should().Equal("started 1", "received a", "received b");
        _world.DeadLetters.Should().Equal(new DeadLetter(actor, "c", null, DeadLetterReason.Full));
    }

    [Fact]
    public void TryTell_Full_ReturnsFalseAndLeavesTheMessageToTheCaller()
    {
        ActorRef actor = Spawn(capacity: 1, MailboxFullMode.Wait);

        actor.TryTell("a").Should().BeTrue();
        actor.TryTell("b").Should().BeFalse();
        _world.Run();

        _log.Should().Equal("started 1", "received a");
        _world.DeadLetters.Should().BeEmpty();
    }

    [Fact]
    public async Task TellAsync_FullInWaitMode_WaitsForRoomAndKeepsTheOrder()
    {
        ActorRef actor = Spawn(capacity: 1, MailboxFullMode.Wait);
        actor.Tell("a");

        Task second = actor.TellAsync("b").AsTask();
        second.IsCompleted.Should().BeFalse();
        await _world.RunUntil(second);
        _world.Run();

        _log.Should().Equal("started 1", "received a", "received b");
        _world.DeadLetters.Should().BeEmpty();
    }

    /// <summary>Senders that wait stand in a queue: waking them all to race for one place lost their order, and the slowest might never win.</summary>
    [Fact]
    public async Task TellAsync_ManyWaitAtOnce_ArriveInTheOrderOfTheCalls()
    {
        const int Messages = 200;
        ActorRef actor = Spawn(capacity: 1, MailboxFullMode.Wait);

        Task[] tells = [.. Enumerable.Range(0, Messages).Select(i => actor.TellAsync(i).AsTask())];
        await _world.RunUntil(Task.WhenAll(tells));
        _world.Run();

        _log.Skip(1).Should().Equal(Enumerable.Range(0, Messages).Select(i => $"received {i}"));
    }

    [Fact]
    public async Task TellAsync_CancelledWhileWaiting_IsNotSent()
    {
        ActorRef actor = Spawn(capacity: 1, MailboxFullMode.Wait);
        actor.Tell("a");
        using var cancellation = new CancellationTokenSource();

        Task second = actor.TellAsync("b", cancellationToken: cancellation.Token).AsTask();
        await cancellation.CancelAsync();

        await second.Invoking(task => task).Should().ThrowAsync<OperationCanceledException>();
        _world.Run();
        _log.Should().Equal("started 1", "received a");
    }

    [Fact]
    public async Task TellAsync_ActorStopsWhileWaiting_BecomesADeadLetter()
    {
        ActorRef actor = Spawn(capacity: 1, MailboxFullMode.Wait);
        actor.Tell("a");
        Task second = actor.TellAsync("b").AsTask();

        _world.Stop(actor);
        await second.WaitAsync(Eventually.Limit, TimeProvider.System);

        _log.Should().Equal("started 1", "stopped 1");
        _world.DeadLetters.Select(letter => (letter.Message, letter.Reason)).Should()
            .BeEquivalentTo([((object)"a", DeadLetterReason.Stopped), ("b", DeadLetterReason.NoSuchActor)]);
    }

    [Fact]
    public void TellAsync_FullInRejectMode_IsADeadLetterAtOnce()
    {
        ActorRef actor = Spawn(capacity: 1, MailboxFullMode.Reject);
        actor.Tell("a");

        actor.TellAsync("b").IsCompletedSuccessfully.Should().BeTrue();

        _world.DeadLetters.Should().Equal(new DeadLetter(actor, "b", null, DeadLetterReason.Full));
    }

    [Fact]
    public void Tell_FullInDropOldestMode_MakesTheOldestADeadLetter()
    {
        ActorRef actor = Spawn(capacity: 2, MailboxFullMode.DropOldest);

        TellAll(actor, "a", "b", "c", "d");
        _world.Run();

        _log.Should().Equal("started 1", "received c", "received d");
        _world.DeadLetters.Should().Equal(
            new DeadLetter(actor, "a", null, DeadLetterReason.DroppedOldest),
            new DeadLetter(actor, "b", null, DeadLetterReason.DroppedOldest));
    }

    [Fact]
    public void Stop_MailboxNotEmpty_GoesBeforeTheMessages()
    {
        ActorRef actor = Spawn(capacity: 10, MailboxFullMode.Wait);
        TellAll(actor, "a", "b");

        _world.Stop(actor);

        _log.Should().Equal("started 1", "stopped 1");
        _world.DeadLetters.Should().Equal(
            new DeadLetter(actor, "a", null, DeadLetterReason.Stopped),
            new DeadLetter(actor, "b", null, DeadLetterReason.Stopped));
    }

    [Fact]
    public void PoisonPill_MailboxNotEmpty_WaitsForItsTurn()
    {
        ActorRef actor = Spawn(capacity: 10, MailboxFullMode.Wait);
        TellAll(actor, "a", PoisonPill.Instance, "b");

        _world.Run();

        _log.Should().Equal("started 1", "received a", "stopped 1");
        _world.DeadLetters.Should().Equal(new DeadLetter(actor, "b", null, DeadLetterReason.Stopped));
    }

    [Fact]
    public void Throughput_BusyActor_LeavesItsNeighbourATurn()
    {
        ActorRef busy = Spawn(capacity: 1000, MailboxFullMode.Wait);
        int before = -1;
        ActorRef neighbour = _world.Spawn("neighbour", (_, _) =>
        {
            before = _log.Count;
            return ValueTask.CompletedTask;
        });
        TellAll(busy, [.. Enumerable.Range(0, 1000).Cast<object>()]);
        neighbour.Tell("now");

        _world.Run();

        _log.Should().HaveCount(1001);
        before.Should().Be(1 + _world.Scheduler.Throughput);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void Capacity_BelowOne_IsTheCallersMistake(int capacity)
    {
        Action make = () => _ = new MailboxOptions { Capacity = capacity };

        make.Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void Capacity_Unstated_IsAThousand() => MailboxOptions.Default.Capacity.Should().Be(1000);

    private static void TellAll(ActorRef actor, params object[] messages)
    {
        foreach (object message in messages)
        {
            actor.Tell(message);
        }
    }

    private ActorRef Spawn(int capacity, MailboxFullMode mode) =>
        _world.Spawn("actor", RecordingActor.Props(_log) with { Mailbox = new MailboxOptions { Capacity = capacity, FullMode = mode } });
}
