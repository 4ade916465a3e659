using FedActors.Actors;
using FedActors.Actors.Remoting;
using FedActors.Actors.Security;
using FedActors.Actors.Serialization;
using FedActors.Actors.Transport;
using FedActors.Actors.Transport.Tls;
using FedActors.Crdt;
using FedActors.Crdt.Gossip;
using FedActors.FL.Configuration;
using FedActors.FL.Data;
using FedActors.FL.Gossip;
using FedActors.FL.Protocol;
using FedActors.FL.Roles;
using FedActors.Storage.Gossip;
using FedActors.Tests.TestKit;
using FedActors.Tests.TestKit.Remoting;
using FedActors.Tests.TestKit.Transport;

namespace FedActors.Tests.FL.Roles.Gossip;

/// <summary>Peers over mutual TLS, in a line, so that much is passed on; and one that was admitted and passes on what it made up.</summary>
public sealed class ForgingPeerTests : IAsyncDisposable
{
    private readonly TestCertificates _certificates = new();
    private readonly TinyData _data = new(3);
    private readonly CollectedLog _log = new();
    private readonly RecordingPeerObserver _observer = new();
    private readonly List<ActorSystem> _systems = [];

    private static PeerOptions Rules => new() { Training = new TrainingOptions { Rounds = 3, LocalEpochs = 1 }, Gossip = new GossipOptions { Peers = 3 } };

    private static FedActors.FL.Topologies.ITopology Line => FedActors.FL.Topologies.Topology.Create("line");

    public async ValueTask DisposeAsync()
    {
        foreach (ActorSystem system in _systems)
        {
            await system.DisposeAsync();
        }

        _log.Dispose();
    }

    [Fact]
    public async Task Peers_OverMutualTls_BelieveWhatOwnersSignedAndNothingThatAnAdmittedPeerForged()
    {
        (TransportAddress a, ActorRef first) = await StartAsync("A", []);
        (TransportAddress b, _) = await StartAsync("B", [a]);
        await StartAsync("C", [b]);
        await AllAgreeAsync("what is passed on through B is believed");
        PeerStatus before = await StatusOf(first);
        before.Models.Should().Be(3);
        before.Refusals.Should().Be(0);

        ActorSystem system = Node("X");
        ActorRef target = system.Remote.Connect(a).ActorOf(GossipRoles.PeerName);
        Forger forger = new(target, Proofs("X"));
        ActorRef other = system.Spawn(Props.FromBehaviour(forger.OnMessageAsync), GossipRoles.PeerName);
        target.Tell(new GossipPeerJoin(new PeerCard("X", 1, 1, null, TinyData.Model, 3, SharedSettings.Of(Rules, Line)), other), other);
        await Told("Unproved");
        await Told("NotFromOwner");

        RemovePeerReply removal = await target.AskAsync<RemovePeerReply>(new RemovePeer("B"), Eventually.Limit);
        removal.Refusal.Should().Be("CN=X asks to remove B, and does not prove to be A.");

        PeerStatus after = await StatusOf(first);
        after.Refused.Single(refused => refused.From == "X" && refused.Reason == "Unproved").Count.Should().BeGreaterThanOrEqualTo(1);
        await AllAgreeAsync("nobody minds");
        after.ParameterHash.Should().Be(before.ParameterHash);
        after.Incarnation.Should().Be(1, "a made-up version of its own costs it nothing");
        after.Peers.Single(peer => peer.Peer == "B").Sequence.Should().Be(before.Peers.Single(peer => peer.Peer == "B").Sequence);
        _log.Lines.Should().Contain(line => line.Text.StartsWith("Refused from X as unproved"));
    }

    [Fact]
    public async Task Peer_WhoseCertificateNamesAnother_IsNotLetIn()
    {
        (TransportAddress a, _) = await StartAsync("A", []);
        PeerCompletion completion = new();

        await StartAsync("B", [a], certificate: "X", completion);
        PeerResult result = await completion.Task.Limit();

        result.Outcome.Should().Be(PeerOutcome.Refused);
        result.Reason.Should().Contain("CN=X is no proof of being B");
        _observer.Troubles.Should().Contain(trouble => trouble.At == "A" && trouble.Text.StartsWith("Refused from B as forged") && trouble.Text.Contains("CN=X is no proof of being B"));
    }

    private static async Task<PeerStatus> StatusOf(ActorRef peer) => (await peer.AskAsync<GossipState>(new PeerStatusRequest(), Eventually.Limit)).Status;

    private Task Told(string reason) =>
        _observer.UntilAsync(() => _observer.Troubles.Any(trouble => trouble.At == "A" && trouble.Text.StartsWith($"Refused from X as {RefusalWords.Of(reason)},")), Eventually.Limit, $"A refuses what X made up as {reason}");

    private Task AllAgreeAsync(string because) => _observer.UntilAsync(
        () =>
        {
            PeerStatus[] last = [.. _observer.Statuses.GroupBy(status => status.Peer).Select(statuses => statuses.Last())];
            return last.Length == 3 && last.All(status => status.IsAgreed && status.ParameterHash == last[0].ParameterHash && status.Models == 3);
        },
        Eventually.Limit,
        because);

    private OwnerProofs Proofs(string name)
    {
        TlsCredentials credentials = _certificates.Credentials(name: name);
        return new OwnerProofs(new StatementSigner(() => credentials));
    }

    private ActorSystem Node(string name, string? certificate = null)
    {
        ActorSystem system = new(new ActorSystemOptions
        {
            Node = name,
            LoggerFactory = _log,
            Remoting = new RemotingOptions
            {
                Transport = _certificates.Transport(_certificates.Credentials(name: certificate ?? name)), Registry = GossipProtocol.Register(new MessageRegistryBuilder()).Build(),
            },
        });
        _systems.Add(system);
        return system;
    }

    private async Task<(TransportAddress Address, ActorRef Peer)> StartAsync(string peer, IReadOnlyList<TransportAddress> seeds, string? certificate = null, PeerCompletion? completion = null)
    {
        ActorSystem system = Node(peer, certificate);
        TransportAddress address = await system.Remote.ListenAsync(TestNodes.AnyPort);
        DataSet data = _data.LoadSite(peer);
        ActorRef actor = system.Spawn(
            GossipRoles.Peer(new PeerSetup
            {
                PeerId = peer, Site = peer, Specification = TinyData.Model, Data = data, Moments = FeatureMoments.Of(data), Store = new MemoryGossipStore(new string('0', 31) + peer), Address = address,
                Seeds = seeds, Topology = Line, Proofs = Proofs(certificate ?? peer), Observer = _observer, Completion = completion ?? new PeerCompletion(),
                Options = Rules,
            }),
            GossipRoles.PeerName);
        return (address, actor);
    }

    /// <summary>Bears a certificate of the federation, was welcomed, and passes on versions of others' keys that it made up.</summary>
    private sealed class Forger(ActorRef target, OwnerProofs own)
    {
        private readonly Body _unsigned = new(new byte[] { 1, 2, 3 });
        private readonly Body _signed = own.Seal("model/B", 1, 1_000, new Body(new byte[] { 4, 5, 6 }));
        private readonly Body _mine = own.Seal("model/A", 9, 1, new Body(new byte[] { 7 }));

        public ValueTask OnMessageAsync(ActorContext context, object message)
        {
            switch (message)
            {
                case GossipPeerWelcome:
                    context.Tell(target, new GossipRootOffer(new RootOffer(1, default, AlwaysAnswer: true)));
                    break;
                case GossipRootOffer offer:
                    context.Respond(new GossipDigest(new StateDigest(offer.Offer.Exchange, 0, IsComplete: false, default,
                    [
                        Header("model/B", "B", 1, 1_000, _signed), Header("model/C", "C", 1, 1_000, _unsigned), Header("model/A", "A", 9, 1, _mine),
                        new EntryHeader("info/B", new Stamp(1, 1_000, IsTombstone: true, "B", default), 0),
                    ], [], [])));
                    break;
                case GossipWants wants:
                    foreach (BodyWant want in wants.Wants.Wants)
                    {
                        Body body = new[] { _unsigned, _signed, _mine }.Single(made => made.Hash == want.Content);
                        context.Respond(new GossipChunk(new BodyChunk(want.Content, body.Bytes.Length, want.Offset, body.Bytes)));
                    }

                    break;
            }

            return ValueTask.CompletedTask;
        }

        private static EntryHeader Header(string key, string owner, ulong incarnation, ulong sequence, Body body) =>
            new(key, new Stamp(incarnation, sequence, IsTombstone: false, owner, body.Hash), body.Bytes.Length);
    }
}
