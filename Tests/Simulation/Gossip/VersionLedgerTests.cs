using FedActors.Crdt;
using FedActors.Simulation.Gossip;
using FedActors.Simulation.Kernel;

namespace FedActors.Tests.Simulation.Gossip;

/// <summary>What counts as giving a version out twice.</summary>
public sealed class VersionLedgerTests
{
    private readonly EventQueue _queue = new();
    private readonly List<string> _violations = [];
    private readonly List<string> _hits = [];
    private readonly VersionLedger _ledger;

    public VersionLedgerTests()
    {
        _queue.Hold();
        _ledger = new VersionLedger((invariant, _) => _violations.Add(invariant), _hits.Add);
    }

    [Fact]
    public void OnTold_AnotherContentUnderAVersion_IsReported()
    {
        PeerLife life = LifeOf("A", keeps: true);

        _ledger.OnTold(life, HeaderOf(1));
        _ledger.OnTold(life, HeaderOf(2));

        _violations.Should().Equal("a version is never given to two contents");
    }

    /// <summary>A peer that was cut off met what somebody else had made of its version, and was blamed for still holding its own (seed 2454).</summary>
    [Fact]
    public void OnTold_TheOwnContentAfterSomebodyElsesUnderTheName_IsNoNewContent()
    {
        PeerLife owner = LifeOf("A", keeps: true);

        _ledger.OnTold(owner, HeaderOf(1));
        _ledger.OnTold(LifeOf("A", keeps: false), HeaderOf(2));
        owner.OnTold(2, 9);
        _ledger.OnTold(owner, HeaderOf(1));

        _violations.Should().BeEmpty();
        _hits.Should().Equal("version given out again unknowingly");
    }

    [Fact]
    public void OnTold_AnotherContentAfterSomebodyElsesUnderTheName_IsReported()
    {
        PeerLife owner = LifeOf("A", keeps: true);

        _ledger.OnTold(owner, HeaderOf(1));
        _ledger.OnTold(LifeOf("A", keeps: false), HeaderOf(2));
        _ledger.OnTold(owner, HeaderOf(3));

        _violations.Should().Equal("a version is never given to two contents");
    }

    /// <summary>A peer with an empty disk began anew while another process bore its name, told nobody, and was told only in its next life (seed 783).</summary>
    [Fact]
    public void OnTold_AContentThatWasStoredBeforeItCouldKnow_IsGivenOutUnknowingly()
    {
        _ledger.OnTold(LifeOf("A", keeps: false), HeaderOf(1));
        _ledger.OnStored(LifeOf("A", keeps: true), HeaderOf(2));
        PeerLife next = LifeOf("A", keeps: true);
        next.OnTold(2, 9);

        _ledger.OnTold(next, HeaderOf(2));

        _violations.Should().BeEmpty();
        _hits.Should().Equal("version given out again unknowingly");
    }

    /// <summary>A peer that told some neighbours another content than others takes over in its next life what they hold (seed 2953).</summary>
    [Fact]
    public void OnTold_AContentThatOthersToldIt_IsTakenOver()
    {
        PeerLife owner = LifeOf("A", keeps: true);

        _ledger.OnTold(owner, HeaderOf(1));
        owner.OnHeard(HeaderOf(2).Stamp);
        _ledger.OnTold(owner, HeaderOf(2));

        _violations.Should().BeEmpty();
        _hits.Should().Equal("content of a former life taken over");
    }

    private PeerLife LifeOf(string peer, bool keeps) => new(peer, new SimulatedProcess(new SimulatedHost(_queue, peer)), keeps, hasGoneBack: !keeps);

    private static EntryHeader HeaderOf(byte content) =>
        new(OwnedKey.Information("A"), new Stamp(1, 1, IsTombstone: false, "A", ContentHash.Of([content])), 1);
}
