using FedActors.FL.Gossip;
using FedActors.FL.Protocol;

namespace FedActors.Tests.FL.Roles.Gossip;

/// <summary>What a peer says to who would have another removed, and of its own removal.</summary>
public sealed class RemovalAnswersTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData("A", "cannot remove itself")]
    [InlineData("B", "B is here")]
    [InlineData("Z", "Nothing that Z published is known to A. It knows A, B")]
    public void Remove_OfOneWhoCannotBe_IsRefusedWithTheReason(string peer, string reason)
    {
        using PeerWorld world = RemovedPeerTests.Agreed(2);

        RemovePeerReply reply = Ask(world, peer);

        reply.Refusal.Should().Contain(reason);
        reply.Incarnation.Should().Be(0);
    }

    /// <summary>It was said to be here, though it had not answered for a while.</summary>
    [Fact]
    public void Remove_OfASuspectPeer_SaysThatItMayStillLive()
    {
        using PeerWorld world = RemovedPeerTests.Agreed(3);
        world.Kill("C");
        world.PassUntil(() => world.StatusOf("A").Peers.Single(view => view.Peer == "C") is { State: MemberState.Suspect, IsConnected: false }, Minute, "C does not answer");

        Ask(world, "C").Refusal.Should().Contain("C is suspect").And.Contain("calls it dead").And.NotContain("is here");

        world.PassUntil(() => world.StatusOf("A").Peers.Single(view => view.Peer == "C").State == MemberState.Dead, Minute, "nobody hears of it");
        Ask(world, "C").Refusal.Should().BeNull();
    }

    /// <summary>A log line named version 18446744073709551615, which nobody has published.</summary>
    [Fact]
    public void Removed_HearingOfItself_SaysRemovalAndNoVersion()
    {
        using PeerWorld world = RemovedPeerTests.Agreed(3);
        RemovedPeerTests.Stop(world, "C");
        world.Tell("A", new RemovePeer("C"));
        world.PassUntil(() => RemovedPeerTests.Forgotten(world, "C", "A", "B"), Minute, "C is forgotten");

        world.Start("C", ["B"]);
        world.PassUntil(() => RemovedPeerTests.AgreeOn(world, 3, "A", "B", "C"), Minute, "it takes part again");

        world.Log.Lines.Should().Contain(line => line.Text.Contains("others have seen the removal of its incarnation 1", StringComparison.Ordinal));
        world.Log.Lines.Should().NotContain(line => line.Text.Contains($"{ulong.MaxValue}", StringComparison.Ordinal));
    }

    private static RemovePeerReply Ask(PeerWorld world, string peer)
    {
        RemovePeerReply? reply = null;
        world.StartOther($"operator-{world.Now.Ticks}", "A", (context, message, target) =>
        {
            if (message is HostilePeerTests.Liar.Begin)
            {
                target.Tell(new RemovePeer(peer), context.Self);
            }

            reply = message as RemovePeerReply ?? reply;
        });
        world.PassUntil(() => reply is not null, Minute, "A answers");
        return reply!;
    }
}
