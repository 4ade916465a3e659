using FedActors.FL.Configuration;
using FedActors.FL.Gossip;
using FedActors.FL.Numerics;

namespace FedActors.Tests.FL.Gossip;

public sealed class MembershipMachineTests
{
    [Fact]
    public void Records_InAnyOrder_LeadToOneBelief()
    {
        for (ulong seed = 0; seed < 500; seed++)
        {
            RandomStream random = new(seed);
            MemberRecord[] records = [.. Enumerable.Range(0, 12).Select(_ => new MemberRecord("x", $"h:{random.NextInt(2)}", random.NextInt(2), (ulong)random.NextInt(3), (MemberState)random.NextInt(4)))];
            MemberRecord? Believed(MemberRecord[] heard)
            {
                MembershipMachine machine = Machine("a");
                foreach (MemberRecord record in heard)
                {
                    machine.Handle(new RecordsHeard("b", [record]), 0);
                }

                return machine.Find("x");
            }

            MemberRecord? first = Believed(records);
            random.Shuffle(records.AsSpan());
            Believed(records).Should().Be(first, $"seed {seed}");
        }
    }

    [Theory]
    [InlineData(3)]
    [InlineData(8)]
    [InlineData(20)]
    public void Dead_AmongLossyNeighbours_IsHeldDeadByAllAndNobodyElseIs(int peers)
    {
        for (ulong seed = 0; seed < 10; seed++)
        {
            MembershipWorld world = new(seed, peers) { Loss = 0.1 };
            world.Pass(20_000);
            world.Kill(0);
            world.Pass(90_000);

            world.Believed(0).Should().OnlyContain(state => state == MemberState.Dead, $"seed {seed}");
            world.Loss = 0;
            world.Pass(60_000);
            for (int peer = 1; peer < peers; peer++)
            {
                world.Believed(peer).Should().OnlyContain(state => state == MemberState.Alive, $"seed {seed}, peer {peer}: who lives contradicts");
            }
        }
    }

    [Fact]
    public void Suspect_ThatHears_ContradictsWithAHigherBeat()
    {
        MembershipMachine machine = Machine("a");
        MemberRecord accusation = machine.Self with { State = MemberState.Suspect, Accuser = "b" };

        IReadOnlyList<MemberEffect> effects = machine.Handle(new RecordsHeard("b", [accusation]), 0);

        machine.Self.State.Should().Be(MemberState.Alive);
        machine.Self.Supersedes(accusation).Should().BeTrue();
        effects.OfType<IdentityContested>().Should().BeEmpty();
        machine.Health.Should().Be(1);
    }

    [Fact]
    public void Claim_OfAnotherLife_IsContradictedAndReported()
    {
        MembershipMachine machine = Machine("a");

        IReadOnlyList<MemberEffect> effects = machine.Handle(new RecordsHeard("b", [new MemberRecord("a", "elsewhere:1", 77, 1_000, MemberState.Alive)]), 0);

        effects.OfType<IdentityContested>().Single().Claim.Life.Should().Be(77);
        machine.Self.Beat.Should().Be(1_001);
    }

    [Fact]
    public void Claim_WithABeatThatLeavesNoRoom_IsRefused()
    {
        MembershipMachine machine = Machine("a");

        machine.Handle(new RecordsHeard("b", [new MemberRecord("x", null, 1, ulong.MaxValue, MemberState.Dead), machine.Self with { Beat = ulong.MaxValue }]), 0).Should().BeEmpty();

        machine.Find("x").Should().BeNull();
    }

    [Fact]
    public void Leaving_Neighbours_AreAllTold()
    {
        MembershipMachine machine = Machine("a");
        machine.Handle(new NeighbourFound("b"), 0);
        machine.Handle(new NeighbourFound("c"), 0);

        IReadOnlyList<MemberEffect> effects = machine.Handle(new LeaveAsked(), 1);

        effects.OfType<SendMembers>().Select(send => (send.To, send.Records.Single().State)).Should().BeEquivalentTo([("b", MemberState.Left), ("c", MemberState.Left)]);
    }

    [Fact]
    public void Silence_OfAllWhoWereAsked_CountsAgainstThisPeerItself()
    {
        MembershipMachine machine = Machine("a");
        foreach (string peer in new[] { "b", "c", "d" })
        {
            machine.Handle(new RecordsHeard(peer, [new MemberRecord(peer, null, 1, 1, MemberState.Alive)]), 0);
            machine.Handle(new NeighbourFound(peer), 0);
        }

        for (int step = 0; step < 5; step++)
        {
            machine.Handle(new ProbesDue(), machine.Due);
        }

        machine.Health.Should().BeGreaterThanOrEqualTo(2);
    }

    private static MembershipMachine Machine(string name) => new(new MemberRecord(name, null, 1, 1, MemberState.Alive), new MembershipOptions(), new RandomStream(1), 0);
}
