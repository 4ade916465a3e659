using FedActors.Actors;
using FedActors.Crdt;
using FedActors.Crdt.Gossip;
using FedActors.FL.Gossip;
using FedActors.FL.Models;
using FedActors.FL.Numerics;
using FedActors.FL.Protocol;

namespace FedActors.Tests.FL.Protocol;

/// <summary>Draws gossip messages of every type.</summary>
internal sealed class AnyGossipMessage(RandomStream chance, ActorRef actor)
{
    /// <summary>One of each type.</summary>
    public IEnumerable<object> OfEachType()
    {
        yield return new GossipPeerJoin(Card(), actor) { Removed = Members() };
        yield return new GossipPeerWelcome(Card(), actor, new ModelVersion(chance.NextUInt64(), chance.NextUInt64())) { Removed = Members() };
        yield return new GossipPeerRefused(Name(), Name(), Name());
        yield return new GossipProbe(chance.NextUInt64(), Records());
        yield return new GossipProbeAnswer(chance.NextUInt64(), Records());
        yield return new GossipProbeForMe(chance.NextUInt64(), Name());
        yield return new GossipProbeSilence(chance.NextUInt64());
        yield return new GossipMemberList(Records(), Coin());
        yield return new GossipRootOffer(new RootOffer(chance.NextUInt64(), Hash(), Coin()) { News = Coin() ? Digest().Digest : null });
        yield return Digest();
        yield return new GossipWants(new BodyWants([.. Many(() => new BodyWant(Key(), Hash(), chance.NextInt(1 << 30)))]));
        yield return new GossipChunk(new BodyChunk(Hash(), chance.NextInt(1 << 30), chance.NextInt(1 << 30), Bytes()));
        yield return new GossipBodyMissing(new BodyMissing(Hash()));
        yield return new GossipState(Status());
        yield return new PeerStatusRequest();
        yield return new NetworkReportRequest();
        yield return new NetworkReportReply(new NetworkReport(
            new DateTimeOffset(Count(), TimeSpan.Zero), chance.NextInt(99), chance.NextInt(99), Count(), chance.NextInt(9), Coin(),
            [.. Many(() => new ReportedPeer(Status(), TimeSpan.FromTicks(Count()), Count(), Coin()))]));
        yield return new RemovePeer(Name());
        yield return new RemovePeerReply(chance.NextUInt64(), Coin() ? null : Name());
    }

    private Member[] Members() => [.. Many(() => new Member(Name(), chance.NextUInt64()))];

    private GossipDigest Digest() => new(new StateDigest(
        chance.NextUInt64(), chance.NextUInt64(), Coin(), Hash(), [.. Many(Header)],
        [.. Many(() => new CounterSlot(new Member(Name(), chance.NextUInt64()), chance.NextUInt64(), chance.NextUInt64()))],
        [.. Many(() => new TombstoneReceipts(Key(), Tombstone(), [.. Many(() => new Receipt(new Member(Name(), chance.NextUInt64()), (ReceiptLevel)chance.NextInt(3)))]))])
    {
        Bodies = [.. Many(Bytes).Select(bytes => new BodyChunk(Hash(), bytes.Length, 0, bytes))],
    });

    private EntryHeader Header()
    {
        string name = Name();
        return chance.NextInt(3) switch
        {
            0 => new EntryHeader(OwnedKey.Model(name), new Stamp(chance.NextUInt64(), chance.NextUInt64(), IsTombstone: false, name, Hash()), chance.NextInt(99)),
            1 => new EntryHeader(OwnedKey.Information(name), new Stamp(chance.NextUInt64(), chance.NextUInt64(), IsTombstone: false, "somebody else", Hash()), chance.NextInt(99)),
            _ => new EntryHeader(Key(), Tombstone(), 0),
        };
    }

    private Stamp Tombstone() => new(chance.NextUInt64(), chance.NextUInt64(), IsTombstone: true, Name(), default);

    private PeerStatus Status() => new()
    {
        Peer = Name(), Incarnation = chance.NextUInt64(), Life = (long)chance.NextUInt64(), Phase = (LearningPhase)chance.NextInt(5), Round = chance.NextInt(99),
        MaxRounds = 1 + chance.NextInt(99), ChangeNorm = chance.NextDouble(), ParameterHash = Coin() ? null : Name(), Models = chance.NextInt(9),
        Accuracy = Coin() ? null : chance.NextDouble(), Loss = Coin() ? null : chance.NextDouble(), IsSettled = Coin(), IsAgreed = Coin(), RootHash = Name(),
        Publications = Count(), Sent = Count(), Received = Count(), Refusals = Count(), Equivocations = Count(),
        Peers = [.. Many(() => new PeerView(
            Name(), (MemberState)chance.NextInt(4), Coin() ? null : Name(), Coin(), Coin(), chance.NextUInt64(), chance.NextUInt64(), chance.NextInt(99), Count(),
            TimeSpan.FromTicks(Count()), Coin(), Coin()))],
        Refused = [.. Many(() => new RefusalCount(Name(), Name(), Count()))],
    };

    private PeerCard Card() => new(
        Name(), chance.NextUInt64(), (long)chance.NextUInt64(), Coin() ? null : Name(), new ModelSpecification(ModelSpecification.Softmax, 1 + chance.NextInt(40), 2 + chance.NextInt(9)), 1 + chance.NextInt(99),
        new SharedSettings(Many(() => KeyValuePair.Create(Key(), Name()))));

    private MemberRecord[] Records() => [.. Many(() => new MemberRecord(
        Name(), Coin() ? null : Name(), (long)chance.NextUInt64(), chance.NextUInt64(), (MemberState)chance.NextInt(4), Coin() ? null : Name()))];

    private IEnumerable<T> Many<T>(Func<T> one) => [.. Enumerable.Range(0, chance.NextInt(4)).Select(_ => one())];

    private bool Coin() => chance.NextInt(2) == 0;

    private string Name() => new([.. Enumerable.Range(0, 1 + chance.NextInt(12)).Select(_ => (char)('a' + chance.NextInt(26)))]);

    private string Key() => $"key/{Name()}";

    private ContentHash Hash() => ContentHash.Of(Bytes());

    private long Count() => (long)(chance.NextUInt64() >> (6 + chance.NextInt(56)));

    private byte[] Bytes() => [.. Enumerable.Range(0, chance.NextInt(50)).Select(_ => (byte)chance.NextInt(256))];
}
