using FedActors.FL.Configuration;
using FedActors.FL.Gossip;
using FedActors.FL.Protocol;
using FedActors.Storage.Gossip;

namespace FedActors.Tests.FL.Roles.Gossip;

/// <summary>Actors of a peer that fail and are restarted while its process lives.</summary>
public sealed class RestartedPeerTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private static PeerOptions Rules => new() { Training = new TrainingOptions { Rounds = 100_000, LocalEpochs = 1 } };

    /// <summary>Restarted alone, the actor for probes knew nobody and answered nobody, and others held its peer to be dead for ever.</summary>
    [Fact]
    public void Members_FailOnAProbe_PeerIsHeldToLiveAllTheSame()
    {
        bool failed = false;
        using PeerWorld world = new(3, Rules) { TrainingTime = _ => TimeSpan.FromMilliseconds(100) };
        world.StartAll();
        world.PassUntil(() => world.StatusOf("B").Round >= 3, Minute, "they train");
        world.OnReceived = message =>
        {
            if (message is GossipProbe && !failed)
            {
                failed = true;
                throw new InvalidOperationException("on purpose");
            }
        };

        world.Pass(Minute);

        failed.Should().BeTrue();
        foreach (string peer in world.Peers)
        {
            world.StatusOf(peer).Peers.Should().HaveCount(3).And.OnlyContain(view => view.State == MemberState.Alive, $"{peer} hears all");
        }
    }

    /// <summary>What the former instance had on its way to the disk came after what the next one had stored.</summary>
    [Fact]
    public void Peer_FailsWhileALargeBodyIsSaved_StoresItNoMore()
    {
        using WatchedGossipStore store = new(new MemoryGossipStore(new string('b', 32)));
        using PeerWorld world = new(2, Rules)
        {
            TrainingTime = peer => peer == "A" ? TimeSpan.FromMilliseconds(100) : TimeSpan.FromDays(1), LargeBodyBytes = 64, BodyTime = TimeSpan.FromMilliseconds(100),
            OnReceived = message => _ = message is Failing ? throw new InvalidOperationException("on purpose") : message,
        };
        world.Start("A", []);
        world.Start("B", ["A"], store);
        world.PassUntil(() => world.StatusOf("B").Peers.Any(view => view.Peer == "A" && view.Sequence > 0), Minute, "B has taken in a model of A");
        world.BodyTime = TimeSpan.FromSeconds(10);
        world.Pass(TimeSpan.FromSeconds(2));
        store.Saves.Exists(IsOfA).Should().BeFalse("it is on its way for ten seconds");
        store.Saves.Clear();

        world.Tell("B", new Failing());
        world.BodyTime = TimeSpan.FromHours(1);
        world.Pass(Minute);

        store.Saves.Should().NotBeEmpty("the next instance publishes");
        store.Saves.Exists(IsOfA).Should().BeFalse("it was the former instance's");
    }

    private static bool IsOfA((Durability Durability, string[] Keys) save) =>
        Array.Exists(save.Keys, key => key is "entry:model/A" or "entry:model2/A");

    private sealed record Failing;
}
