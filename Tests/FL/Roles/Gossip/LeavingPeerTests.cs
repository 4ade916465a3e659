using FedActors.FL.Configuration;
using FedActors.FL.Gossip;
using FedActors.FL.Models;
using FedActors.FL.Roles;
using FedActors.Storage.Gossip;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.FL.Roles.Gossip;

/// <summary>A peer whose store fails while it leaves: whoever told it to hears of its end all the same.</summary>
public sealed class LeavingPeerTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private static PeerOptions Rules => new() { Training = new TrainingOptions { Rounds = 1000, LocalEpochs = 1 } };

    /// <summary>It was restarted, had forgotten that it was to stop, and trained on.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Stop_StoreFailsWhileItSaves_LeavesWhenItIsRestarted(bool withLargeBodies)
    {
        using WatchedGossipStore store = new(new MemoryGossipStore(new string('b', 32)));
        using PeerWorld world = new(3, Rules)
        {
            TrainingTime = _ => TimeSpan.FromMilliseconds(100),
            LargeBodyBytes = withLargeBodies ? 64 : null,
            BodyTime = TimeSpan.FromMilliseconds(withLargeBodies ? 70 : 0),
            OnReceived = message => store.Failures = message is StopPeer ? 1 : store.Failures,
        };
        world.Start("A", []);
        world.Start("B", ["A"], store);
        world.Start("C", ["A"]);
        world.PassUntil(() => world.StatusOf("B").Round >= 3, Minute, "they train");

        world.Tell("B", new StopPeer("that is enough"));
        world.PassUntil(() => world.CompletionOf("B").Task.IsCompleted, Minute, "B ends");

        PeerResult result = await world.CompletionOf("B").Task;
        (result.Outcome, result.Reason).Should().Be((PeerOutcome.Stopped, "that is enough"));
        result.Status.Round.Should().BeGreaterThanOrEqualTo(3);
        store.Failures.Should().Be(0, "the save did fail");
    }

    /// <summary>The run waited for a peer whose node had ended.</summary>
    [Fact]
    public async Task Run_StoreOfAPeerFailsForGoodWhileItLeaves_EndsWithTheStoresWords()
    {
        using MemoryGossipStore others = new(new string('0', 32));
        using WatchedGossipStore full = new(new MemoryGossipStore(new string('1', 32)));
        using var stop = new CancellationTokenSource();
        PeerOptions rules = Rules;

        Func<Task> run = () => GossipRun.ExecuteAsync(
            new GossipRunSetup
            {
                Options = rules with { Gossip = rules.Gossip with { Peers = 3 } },
                Data = new TinyData(3),
                OpenStore = site => site == "B" ? full : others,
                Observer = new FirstRound("B", () =>
                {
                    full.Failures = int.MaxValue;
                    stop.Cancel();
                }),
                Time = new HastyTime(),
            },
            stop.Token).Limit();

        await run.Should().ThrowAsync<Exception>().WithMessage("*free some space*");
    }

    /// <summary>Acts on the first round of a peer.</summary>
    private sealed class FirstRound(string of, Action act) : IPeerObserver
    {
        public void OnRound(PeerRound round)
        {
            if (round.Peer == of)
            {
                act();
            }
        }

        public void OnStatus(PeerStatus status)
        {
        }

        public void OnMember(string peer, MemberChange change)
        {
        }

        public void OnTrouble(string peer, string text)
        {
        }
    }

    /// <summary>A clock on which a second lasts a twentieth, so that a supervisor's waits do not hold up a test.</summary>
    private sealed class HastyTime : TimeProvider
    {
        private const int Haste = 20;

        public override long GetTimestamp() => Haste * System.GetTimestamp();

        public override DateTimeOffset GetUtcNow() => System.GetUtcNow();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            new HastyTimer(System.CreateTimer(callback, state, Hasten(dueTime), Hasten(period)));

        private static TimeSpan Hasten(TimeSpan time) => time == Timeout.InfiniteTimeSpan ? time : time / Haste;

        private sealed class HastyTimer(ITimer timer) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(Hasten(dueTime), Hasten(period));

            public void Dispose() => timer.Dispose();

            public ValueTask DisposeAsync() => timer.DisposeAsync();
        }
    }
}
