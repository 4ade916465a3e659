using System.Runtime.CompilerServices;
using FedActors.Crdt;
using FedActors.FL.Data;
using FedActors.FL.Protocol;
using FedActors.FL.Roles;

namespace FedActors.Tests.FL.Roles.Gossip;

public sealed class SharedBodiesTests
{
    [Fact]
    public void Share_BodiesOfOneContent_AreOne()
    {
        SharedBodies shared = new();
        Body first = new(new byte[] { 1, 2 });

        shared.Share(first).Should().BeSameAs(first);
        shared.Share(new Body(new byte[] { 1, 2 })).Should().BeSameAs(first);
        shared.Share(new Body(new byte[] { 1, 3 })).Should().NotBeSameAs(first);
    }

    [Fact]
    public void MomentsOf_OneBody_AreReadOnce()
    {
        SharedBodies shared = new();
        FeatureMoments moments = FeatureMoments.Of(new TinyData().LoadSite("A"));
        Body body = GossipBodies.OfMoments(moments);
        int reads = 0;
        FeatureMoments Read()
        {
            reads++;
            return GossipBodies.ReadMoments(body.Bytes.Span, moments.Features);
        }

        FeatureMoments read = shared.MomentsOf(body, Read);

        shared.MomentsOf(body, Read).Should().BeSameAs(read);
        reads.Should().Be(1);
        read.ToBytes().Should().Equal(moments.ToBytes());
    }

    [Fact]
    public void Share_ManyBodiesThatNobodyHolds_ForgetsThem()
    {
        SharedBodies shared = new();
        Body held = shared.Share(new Body(new byte[] { 1 }));
        for (int turn = 0; turn < 4; turn++)
        {
            ShareMany(shared, first: turn * 1000);
            GC.Collect();
        }

        ShareMany(shared, first: 4000);

        shared.Count.Should().BeLessThan(2500);
        shared.Share(new Body(new byte[] { 1 })).Should().BeSameAs(held);
    }

    // Not in the caller's frame, which would hold what it made last.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ShareMany(SharedBodies shared, int first)
    {
        for (int i = 0; i < 1000; i++)
        {
            shared.Share(new Body(BitConverter.GetBytes(first + i + 1_000_000)));
        }
    }
}
