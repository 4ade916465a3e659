using FedActors.Actors;
using FedActors.Actors.Remoting;
using FedActors.Actors.Security;
using FedActors.Actors.Serialization;
using FedActors.Actors.Transport;
using FedActors.Actors.Transport.Tcp;
using FedActors.Actors.Transport.Tls;
using FedActors.Examples.Guide;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Guide;

/// <summary>What docs/actors.md shows of several nodes.</summary>
public sealed class RemoteSamplesTests : IDisposable
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(60);
    private static readonly MessageRegistry Registry = new MessageRegistryBuilder().Add<History>().Add<Length>().Build();

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task LargeMessages_BesideQuestions_HoldUpNobodyElse()
    {
        await using ActorSystem station = Node("station", new TcpTransport());
        await using ActorSystem probe = Node("probe", new TcpTransport());
        station.Spawn(Archive(), "archive");
        station.Spawn(Archive(), "index");
        RemoteNode node = probe.Remote.Connect(await station.Remote.ListenAsync(new TransportAddress("127.0.0.1", 0)));
        await node.WhenConnectedAsync().WaitAsync(Wait, TimeProvider.System);

        #region large
        ActorRef archive = node.ActorOf("archive");
        ActorRef index = node.ActorOf("index");
        var history = new History(new float[2_500_000]);
        Task<Length> kept = archive.AskAsync<Length>(history, TimeSpan.FromSeconds(30));
        Length found = await index.AskAsync<Length>(new History(new float[3]), TimeSpan.FromSeconds(30));
        #endregion

        found.Count.Should().Be(3);
        (await kept).Count.Should().Be(2_500_000);
    }

    [Fact]
    public async Task Message_OverTheLimit_FailsAloneAtItsSender()
    {
        await using ActorSystem station = Node("station", new TcpTransport());
        station.Spawn(Archive(), "archive");
        TransportAddress address = await station.Remote.ListenAsync(new TransportAddress("127.0.0.1", 0));

        #region limits
        await using var probe = new ActorSystem(new ActorSystemOptions
        {
            Node = "probe",
            Remoting = new RemotingOptions
            {
                Transport = new TcpTransport(),
                Registry = Registry,
                Limits = new RemotingLimits { MaxMessageBytes = 1024 * 1024 },
            },
        });
        ActorRef archive = probe.Remote.Connect(address).ActorOf("archive");
        await Assert.ThrowsAsync<MessageTooLargeException>(() => archive.TellAsync(new History(new float[1_000_000])).AsTask());
        Length length = await archive.AskAsync<Length>(new History(new float[1000]), TimeSpan.FromSeconds(30));
        #endregion

        length.Count.Should().Be(1000);
    }

    [Fact]
    public async Task Tls_RoleInTheCertificate_DecidesWhoIsAdmitted()
    {
        WriteCertificates();
        string folder = _folder.Path;

        #region tls
        TlsCredentials Of(string name) => TlsCredentials.FromPemFiles($"{folder}/{name}.pem", $"{folder}/{name}.key", $"{folder}/authority.pem");

        ActorSystem Start(string name) => new(new ActorSystemOptions
        {
            Node = name,
            Remoting = new RemotingOptions
            {
                Transport = new TcpTransport(new TcpTransportOptions { Tls = new TlsOptions { Credentials = () => Of(name) } }),
                Registry = Registry,
                Admit = (node, peer) => peer?.Units.Contains("weather") == true ? null : $"{node} is none of the weather service.",
            },
        });
        #endregion

        await using ActorSystem station = Start("station");
        await using ActorSystem probe = Start("probe");
        await using ActorSystem visitor = Start("visitor");
        var roles = new TaskCompletionSource<IReadOnlyList<string>>();
        #region peer
        Behaviour archive = (context, message) =>
        {
            // Null for an actor of this node, or without TLS.
            PeerIdentity? peer = context.Headers.Peer;
            roles.TrySetResult(peer?.Units ?? []);
            return ValueTask.CompletedTask;
        };
        #endregion
        station.Spawn(Props.FromBehaviour(archive), "archive");
        TransportAddress address = await station.Remote.ListenAsync(new TransportAddress("localhost", 0));

        await probe.Remote.Connect(address).ActorOf("archive").TellAsync(new History(new float[3]));
        (await roles.Task.WaitAsync(Wait, TimeProvider.System)).Should().Equal("weather");

        RemoteNode refused = visitor.Remote.Connect(address);
        await Eventually.True(() => refused.LastFault is not null);
        refused.LastFault.Should().Be("visitor is none of the weather service.");
    }

    private static ActorSystem Node(string name, ITransport transport) =>
        new(new ActorSystemOptions { Node = name, Remoting = new RemotingOptions { Transport = transport, Registry = Registry } });

    private static Props Archive() => Props.FromBehaviour((context, message) =>
    {
        context.Respond(new Length(((History)message).Degrees.Length));
        return ValueTask.CompletedTask;
    });

    private void WriteCertificates()
    {
        string folder = _folder.Path;

        #region certificates
        using CertificateAuthority authority = CertificateAuthority.Create("Weather service", TimeSpan.FromDays(3650), TimeProvider.System);
        PemFile.WriteCertificates($"{folder}/authority.pem", authority.Certificate);
        foreach ((string name, string unit) in new[] { ("station", "weather"), ("probe", "weather"), ("visitor", "press") })
        {
            using var certificate = authority.Issue([name, "localhost"], CertificateUsages.Node, TimeSpan.FromDays(365), units: [unit]);
            PemFile.WriteCertificates($"{folder}/{name}.pem", certificate);
            PemFile.WritePrivateKey($"{folder}/{name}.key", certificate);
        }
        #endregion
    }
}
