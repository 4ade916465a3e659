using System.Collections.Concurrent;
using FedActors.Actors;
using FedActors.Actors.Mailboxes;
using FedActors.Actors.Supervision;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Actors;

/// <summary>Real threads, many senders, failing and ending receivers: what must hold whatever the interleaving.</summary>
public sealed class ActorStressTests
{
    private const int Senders = 8;
    private const int MessagesEach = 20_000;

    /// <summary>Counts into the receiver's own field without a lock, so that two handlers at once would lose counts or see each other.</summary>
    [Fact]
    public async Task Handlers_ManySenders_RunOneAtATimeInEachSendersOrder()
    {
        await using var system = new ActorSystem(new ActorSystemOptions());
        var tally = new Tally(failEvery: 0);
        ActorRef receiver = system.Spawn(Props.Create(() => new Receiver(tally)), "receiver");

        await Task.WhenAll(Enumerable.Range(0, Senders).Select(sender => SendAsync(receiver, sender, waiting: true)));
        await receiver.TellAsync(PoisonPill.Instance);
        await Eventually.True(() => system.Find("receiver") is null, "the receiver ends");

        tally.Overlaps.Should().Be(0);
        tally.OutOfOrder.Should().Be(0);
        tally.Handled.Should().Be(Senders * MessagesEach);
        system.DeadLetters.Count.Should().Be(0);
    }

    [Theory]
    [InlineData(MailboxFullMode.Wait)]
    [InlineData(MailboxFullMode.Reject)]
    [InlineData(MailboxFullMode.DropOldest)]
    public async Task Messages_TinyMailboxAndFailures_AreEachHandledOrADeadLetterOnce(MailboxFullMode mode)
    {
        await using var system = new ActorSystem(new ActorSystemOptions
        {
            Supervisor = SupervisorStrategy.OneForOne with { MinBackoff = TimeSpan.Zero, MaxRestarts = int.MaxValue },
        });
        var tally = new Tally(failEvery: 97);
        var dead = new ConcurrentQueue<DeadLetter>();
        using IDisposable subscription = system.Events.Subscribe<DeadLetter>(dead.Enqueue);
        ActorRef receiver = system.Spawn(
            Props.Create(() => new Receiver(tally)) with { Mailbox = new MailboxOptions { Capacity = 8, FullMode = mode } }, "receiver");

        await Task.WhenAll(Enumerable.Range(0, Senders).Select(sender => SendAsync(receiver, sender, waiting: sender % 2 == 0)));
        system.Stop(receiver);
        await Eventually.True(() => system.Find("receiver") is null, "the receiver ends");

        tally.Overlaps.Should().Be(0);
        tally.OutOfOrder.Should().Be(0);
        (tally.Handled + dead.Count).Should().Be(Senders * MessagesEach);
        dead.Select(letter => letter.Message).Distinct().Count().Should().Be(dead.Count);
        system.DeadLetters.Count.Should().Be(dead.Count);
    }

    /// <summary>Trees come up and go down on all threads at once. Every watcher hears of every end, once, and nothing stays behind.</summary>
    [Fact]
    public async Task Trees_SpawnedAndStoppedFromManyThreads_LeaveNothingBehind()
    {
        await using var system = new ActorSystem(new ActorSystemOptions());
        const int Trees = 500;
        var ended = new ConcurrentQueue<ActorRef>();
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        int started = 0;
        ActorRef watcher = system.Spawn(
            Props.FromBehaviour((context, message) =>
            {
                if (message is ActorRef tree)
                {
                    context.Watch(tree);
                }
                else if (message is Terminated end)
                {
                    ended.Enqueue(end.Actor);
                    if (ended.Count == Trees)
                    {
                        all.SetResult();
                    }
                }

                return ValueTask.CompletedTask;
            }),
            "watcher");

        await Parallel.ForAsync(0, Trees, async (i, cancellationToken) =>
        {
            ActorRef tree = system.Spawn(Props.Create(() => new Tree(depth: 3, () => Interlocked.Increment(ref started))), $"tree-{i}");
            await watcher.TellAsync(tree, cancellationToken: cancellationToken);
            tree.Tell(PoisonPill.Instance);
        });

        await all.Task.WaitAsync(Eventually.Limit, TimeProvider.System);
        ended.Distinct().Count().Should().Be(Trees);
        started.Should().Be(Trees * 15);
        Enumerable.Range(0, Trees).Should().OnlyContain(i => system.Find($"tree-{i}") == null && system.Find($"tree-{i}/left/right/left") == null);
        system.DeadLetters.Count.Should().Be(0);
    }

    private static async Task SendAsync(ActorRef receiver, int sender, bool waiting)
    {
        await Task.Yield();
        for (int i = 0; i < MessagesEach; i++)
        {
            var message = new Numbered(sender, i);
            if (waiting)
            {
                await receiver.TellAsync(message);
            }
            else
            {
                receiver.Tell(message);
            }
        }
    }

    private sealed record Numbered(int Sender, int Number);

    /// <summary>What the receiver's instances have seen together.</summary>
    private sealed class Tally(int failEvery)
    {
        private readonly int[] _last = [.. Enumerable.Repeat(-1, Senders)];
        private int _inside;

        public int Handled { get; private set; }

        public int Overlaps { get; private set; }

        public int OutOfOrder { get; private set; }

        public void Handle(Numbered message)
        {
            if (Interlocked.Exchange(ref _inside, 1) != 0)
            {
                Overlaps++;
            }

            Handled++;
            if (message.Number <= _last[message.Sender])
            {
                OutOfOrder++;
            }

            _last[message.Sender] = message.Number;
            Volatile.Write(ref _inside, 0);
            if (failEvery > 0 && Handled % failEvery == 0)
            {
                throw new InvalidOperationException("Every so often.");
            }
        }
    }

    private sealed class Receiver(Tally tally) : Actor
    {
        protected internal override async ValueTask OnReceiveAsync(ActorContext context, object message)
        {
            tally.Handle((Numbered)message);
            if (tally.Handled % 1000 == 0)
            {
                await Task.Yield();
            }
        }
    }

    private sealed class Tree(int depth, Action started) : Actor
    {
        protected internal override ValueTask OnStartedAsync(ActorContext context)
        {
            started();
            if (depth > 0)
            {
                context.Spawn(Props.Create(() => new Tree(depth - 1, started)), "left");
                context.Spawn(Props.Create(() => new Tree(depth - 1, started)), "right");
            }

            return ValueTask.CompletedTask;
        }

        protected internal override ValueTask OnReceiveAsync(ActorContext context, object message) => ValueTask.CompletedTask;
    }
}
