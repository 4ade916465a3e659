using FedActors.Actors;
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

    /// <summary>Its neighbours went on probing the former actor for probes, and held a peer that had begun anew in its process to be dead again and again.</summary>
    [Fact]
    public void Neighbour_WithAnotherActorForProbes_IsProbedThere()
    {
        using PeerWorld world = new(2, Rules) { TrainingTime = _ => TimeSpan.FromMilliseconds(100) };
        world.StartAll();
        List<string> probed = [];
        int greetings = 0;
        bool beginsAnew = false;
        world.StartOther("X", "A", (context, message, peer) =>
        {
            if (message is not HostilePeerTests.Liar.Begin && (!beginsAnew || greetings > 1))
            {
                return;
            }

            string name = $"probes-{++greetings}";
            ActorRef probes = context.Spawn(
                Props.FromBehaviour((inner, asked) =>
                {
                    if (asked is GossipProbe probe)
                    {
                        probed.Add(name);
                        inner.Sender!.Tell(new GossipProbeAnswer(probe.Sequence, []), inner.Self);
                    }

                    return ValueTask.CompletedTask;
                }),
                name);

            // All that it says of itself is as before.
            PeerCard card = new("X", 1, 1, null, TinyData.Model, world.Options.Gossip.Peers, SharedSettings.Of(world.Options, world.Topology));
            peer.Tell(new GossipPeerJoin(card, probes), context.Self);
        });
        world.PassUntil(() => probed.Count > 0, Minute, "it is probed");

        beginsAnew = true;
        world.PassUntil(() => greetings > 1, Minute, "A says something");
        world.Pass(TimeSpan.FromSeconds(5));
        probed.Clear();
        world.Pass(Minute);

        probed.Should().NotBeEmpty().And.OnlyContain(name => name == "probes-2");
    }

    private static bool IsOfA((Durability Durability, string[] Keys) save) =>
        Array.Exists(save.Keys, key => key is "entry:model/A" or "entry:model2/A");

    private sealed record Failing;
}
