using System.IO.Pipelines;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using FedActors.Actors.Security;
using FedActors.Actors.Transport;
using FedActors.Actors.Transport.Tcp;
using FedActors.Actors.Transport.Tls;
using FedActors.Tests.TestKit;
using FedActors.Tests.TestKit.Transport;
using Microsoft.Extensions.Logging;

namespace FedActors.Tests.Actors.Transport;

/// <summary>Each fault of a certificate, on either side: the side that refuses says what is wrong, and the refused side learns which fault it was.</summary>
public sealed class TlsRefusalTests
{
    private static readonly TimeSpan Year = TimeSpan.FromDays(365);
    private readonly TestCertificates _ours = new();

    [Fact]
    public async Task Certificates_BothGood_ConnectAndShowWhoTheyAre()
    {
        (TransportException? dialer, TransportException? listener, PeerIdentity? seen) = await MeetAsync(_ours.Credentials(), _ours.Credentials(name: "worker-a.example"));

        dialer.Should().BeNull();
        listener.Should().BeNull();
        seen!.Names.Should().Equal("worker-a.example", "127.0.0.1");
        seen.Subject.Should().Be("CN=worker-a.example");
        seen.Thumbprint.Should().MatchRegex("^[0-9a-f]{64}$");
        seen.NotAfter.Should().BeAfter(TimeProvider.System.GetUtcNow());
    }

    [Fact]
    public async Task Dialer_WithoutCertificate_IsRefused()
    {
        (TransportException? dialer, TransportException? listener, _) = await MeetAsync(_ours.Credentials(), _ours.Credentials(certificate: null));

        BothSay(dialer, listener, TransportFault.MissingCertificate, "no certificate");
    }

    [Theory]
    [InlineData("Test authority")]
    [InlineData("Another authority")]
    public async Task Dialer_OfAnotherAuthority_IsRefused(string name)
    {
        using CertificateAuthority other = CertificateAuthority.Create(name, Year, TimeProvider.System);
        TlsCredentials foreign = _ours.Credentials(other.Issue(["localhost"], CertificateUsages.Node, TestCertificates.Validity));

        (TransportException? dialer, TransportException? listener, _) = await MeetAsync(_ours.Credentials(), foreign);

        BothSay(dialer, listener, TransportFault.WrongAuthority, name);
    }

    [Fact]
    public async Task Dialer_Expired_IsRefused()
    {
        (TransportException? dialer, TransportException? listener, _) = await MeetAsync(_ours.Credentials(), At(-2 * Year, Year, CertificateUsages.Node));

        BothSay(dialer, listener, TransportFault.Expired, "expired");
    }

    [Fact]
    public async Task Dialer_NotYetValid_IsRefused()
    {
        (TransportException? dialer, TransportException? listener, _) = await MeetAsync(_ours.Credentials(), At(Year, Year, CertificateUsages.Node));

        BothSay(dialer, listener, TransportFault.NotYetValid, "not valid before");
    }

    [Fact]
    public async Task Dialer_WithAServersCertificate_IsRefused()
    {
        (TransportException? dialer, TransportException? listener, _) = await MeetAsync(_ours.Credentials(), _ours.Credentials(CertificateUsages.Server));

        BothSay(dialer, listener, TransportFault.WrongUsage, "not issued for clients");
    }

    [Fact]
    public async Task Dialer_Revoked_IsRefusedAndItsNeighbourIsNot()
    {
        X509Certificate2 revoked = _ours.Authority.Issue(["localhost", "127.0.0.1"], CertificateUsages.Node, TestCertificates.Validity);
        TlsCredentials listening = WithRevocations(_ours.Credentials(), revoked);

        (TransportException? dialer, TransportException? listener, _) = await MeetAsync(listening, _ours.Credentials(revoked));
        (TransportException? other, TransportException? second, _) = await MeetAsync(listening, _ours.Credentials());

        BothSay(dialer, listener, TransportFault.Revoked, $"(serial number {revoked.SerialNumber}) was revoked by CN=Test authority on ");
        other.Should().BeNull();
        second.Should().BeNull();
    }

    [Fact]
    public async Task Listener_Revoked_IsRefused()
    {
        X509Certificate2 revoked = _ours.Authority.Issue(["localhost", "127.0.0.1"], CertificateUsages.Node, TestCertificates.Validity);

        (TransportException? dialer, TransportException? listener, _) = await MeetAsync(_ours.Credentials(revoked), WithRevocations(_ours.Credentials(), revoked));

        BothSay(listener, dialer, TransportFault.Revoked, "was revoked");
    }

    [Fact]
    public async Task Listener_OfAnotherAuthority_IsRefused()
    {
        using CertificateAuthority other = CertificateAuthority.Create("Another authority", Year, TimeProvider.System);
        TlsCredentials foreign = _ours.Credentials(other.Issue(["localhost", "127.0.0.1"], CertificateUsages.Node, TestCertificates.Validity));

        (TransportException? dialer, TransportException? listener, _) = await MeetAsync(foreign, _ours.Credentials());

        BothSay(listener, dialer, TransportFault.WrongAuthority, "Another authority");
    }

    [Fact]
    public async Task Listener_Expired_IsRefused()
    {
        (TransportException? dialer, TransportException? listener, _) = await MeetAsync(At(-2 * Year, Year, CertificateUsages.Node), _ours.Credentials());

        BothSay(listener, dialer, TransportFault.Expired, "expired");
    }

    [Fact]
    public async Task Listener_WithAClientsCertificate_IsRefused()
    {
        (TransportException? dialer, TransportException? listener, _) = await MeetAsync(_ours.Credentials(CertificateUsages.Client), _ours.Credentials());

        BothSay(listener, dialer, TransportFault.WrongUsage, "not issued for servers");
    }

    [Fact]
    public async Task Listener_WithAnotherName_IsRefused()
    {
        TlsCredentials named = _ours.Credentials(_ours.Authority.Issue(["elsewhere.example"], CertificateUsages.Node, TestCertificates.Validity));

        (TransportException? dialer, TransportException? listener, _) = await MeetAsync(named, _ours.Credentials());

        BothSay(listener, dialer, TransportFault.WrongName, "elsewhere.example, not for 127.0.0.1");
    }

    [Fact]
    public async Task Dialer_PlainOnATlsPort_IsRefusedAndCanTell()
    {
        await using ITransportListener listener = await _ours.Transport().ListenAsync(new TransportAddress("127.0.0.1", 0));
        await using ITransportConnection plain = await new TcpTransport().ConnectAsync(listener.Address);
        await plain.Output.WriteAsync("0123456789"u8.ToArray());
        await using ITransportConnection accepted = (await listener.AcceptAsync().Limit())!;

        Func<Task> open = async () => await accepted.OpenAsync().Limit();

        (await open.Should().ThrowAsync<TransportException>().WithMessage("*does not speak TLS*")).Which.Fault.Should().Be(TransportFault.PlainPeer);
        ReadResult alert = await plain.Input.ReadAsync().Limit();
        alert.Buffer.FirstSpan[0].Should().Be(0x15, "a TLS alert is what the plain side sees");
    }

    [Fact]
    public async Task Dialer_TlsOnAPlainPort_IsToldThatThePeerIsPlain()
    {
        await using ITransportListener listener = await new TcpTransport().ListenAsync(new TransportAddress("127.0.0.1", 0));
        Task<ITransportConnection> dial = _ours.Transport().ConnectAsync(listener.Address).AsTask();
        await using ITransportConnection accepted = (await listener.AcceptAsync().Limit())!;
        await accepted.OpenAsync();
        await accepted.Output.WriteAsync("anything but TLS"u8.ToArray());

        Func<Task> connect = () => dial.Limit();

        (await connect.Should().ThrowAsync<TransportException>().WithMessage("*does not speak TLS*")).Which.Fault.Should().Be(TransportFault.PlainPeer);
    }

    [Fact]
    public async Task Dialer_SilentOnATlsPort_IsGivenUpAtTheDeadline()
    {
        await using ITransportListener listener = await _ours.Transport().ListenAsync(new TransportAddress("127.0.0.1", 0));
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(listener.Address.Host, listener.Address.Port);
        await using ITransportConnection accepted = (await listener.AcceptAsync().Limit())!;
        using var deadline = new CancellationTokenSource();
        Task open = accepted.OpenAsync(deadline.Token).AsTask();

        await deadline.CancelAsync();

        Func<Task> opening = () => open.Limit();
        await opening.Should().ThrowAsync<OperationCanceledException>();
    }

    [Fact]
    public async Task Checks_RelaxedExplicitly_AreLoggedAndLetThrough()
    {
        var log = new CollectedLog();
        using CertificateAuthority other = CertificateAuthority.Create("Another authority", Year, TimeProvider.System);
        TlsCredentials foreign = _ours.Credentials(other.Issue(["elsewhere.example"], CertificateUsages.Node, TestCertificates.Validity));
        ITransport relaxed = new TcpTransport(new TcpTransportOptions
        {
            Tls = new TlsOptions { Credentials = () => foreign, RequireClientCertificate = false, VerifyHostName = false, VerifyAuthority = false },
            LoggerFactory = log,
        });
        await using ITransportListener listener = await relaxed.ListenAsync(new TransportAddress("127.0.0.1", 0));
        await using ConnectionPair pair = await ConnectionPair.OpenAsync(relaxed, listener);

        log.Lines.Where(line => line.Level == LogLevel.Warning && line.Text.StartsWith("TLS is relaxed", StringComparison.Ordinal)).Should().HaveCount(3);
    }

    [Fact]
    public async Task Dialer_WithoutCertificateWhereNoneIsRequired_Connects()
    {
        TlsCredentials server = _ours.Credentials();
        TlsCredentials anonymous = _ours.Credentials(certificate: null);
        var listening = new TcpTransport(new TcpTransportOptions { Tls = new TlsOptions { Credentials = () => server, RequireClientCertificate = false } });
        var dialling = new TcpTransport(new TcpTransportOptions { Tls = new TlsOptions { Credentials = () => anonymous } });
        await using ITransportListener listener = await listening.ListenAsync(new TransportAddress("127.0.0.1", 0));
        Task<ITransportConnection> dial = dialling.ConnectAsync(listener.Address).AsTask();
        await using ITransportConnection accepted = (await listener.AcceptAsync().Limit())!;
        await accepted.OpenAsync().Limit();
        await using ITransportConnection dialled = await dial.Limit();

        accepted.Peer.Should().BeNull();
        dialled.Peer!.Names.Should().Contain("localhost");
    }

    [Fact]
    public async Task Credentials_Renewed_AreUsedByTheNextHandshake()
    {
        TlsCredentials current = _ours.Credentials(name: "before.example");
        var transport = new TcpTransport(new TcpTransportOptions { Tls = new TlsOptions { Credentials = () => current } });
        await using ITransportListener listener = await transport.ListenAsync(new TransportAddress("127.0.0.1", 0));
        await using ConnectionPair before = await ConnectionPair.OpenAsync(transport, listener);

        current = _ours.Credentials(name: "after.example");

        await using ConnectionPair after = await ConnectionPair.OpenAsync(transport, listener);
        before.Dialled.Peer!.Names.Should().Contain("before.example");
        after.Dialled.Peer!.Names.Should().Contain("after.example");
        after.Accepted.Peer!.Names.Should().Contain("after.example");
    }

    private TlsCredentials WithRevocations(TlsCredentials credentials, X509Certificate2 revoked)
    {
        byte[] list = _ours.Authority.Revoke([revoked], former: null, Year);
        return new TlsCredentials(
            credentials.Certificate!.TargetCertificate, [], [_ours.Authority.Certificate], [RevocationList.Read(list, [_ours.Authority.Certificate])]);
    }

    private static void BothSay(TransportException? refused, TransportException? refuser, TransportFault fault, string because)
    {
        refuser!.Fault.Should().Be(fault);
        refuser.Message.Should().Contain(because);
        refused!.Fault.Should().Be(fault);
        refused.Message.Should().Contain("because this node's certificate").And.Contain("its log says more");
    }

    /// <summary>A certificate of the same authority, issued at another time.</summary>
    private TlsCredentials At(TimeSpan offset, TimeSpan validity, CertificateUsages usages) =>
        _ours.Credentials(_ours.AuthorityAt(offset).Issue(["localhost", "127.0.0.1"], usages, validity));

    private async Task<(TransportException? Dialer, TransportException? Listener, PeerIdentity? Seen)> MeetAsync(TlsCredentials listening, TlsCredentials dialling)
    {
        await using ITransportListener listener = await Transport(listening).ListenAsync(new TransportAddress("127.0.0.1", 0));
        Task<ITransportConnection> dial = Transport(dialling).ConnectAsync(listener.Address).AsTask();
        await using ITransportConnection accepted = (await listener.AcceptAsync().Limit())!;
        TransportException? listenerFault = await FaultAsync(accepted.OpenAsync().AsTask());
        TransportException? dialerFault = await FaultAsync(dial);
        if (dialerFault is null)
        {
            ITransportConnection dialled = await dial;
            await dialled.DisposeAsync();
        }

        return (dialerFault, listenerFault, accepted.Peer);
    }

    /// <summary>Both sides believe the same authorities, so that only one thing is wrong at a time.</summary>
    private TcpTransport Transport(TlsCredentials credentials) => _ours.Transport(credentials);

    private static async Task<TransportException?> FaultAsync(Task task)
    {
        try
        {
            await task.Limit();
            return null;
        }
        catch (TransportException e)
        {
            return e;
        }
    }
}
