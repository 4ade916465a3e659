using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using FedActors.Actors.Transport.Tcp;

namespace FedActors.Actors.Transport.Tls;

/// <summary>Brings a connection under TLS 1.2 or 1.3.</summary>
/// <remarks>
/// TLS tells a refused side nothing useful: it sees the connection close. So after the handshake, and inside it, each side sends its
/// verdict on the other's certificate as one byte: 0, or a <see cref="TransportFault"/>. Nothing else is sent or read before both are 0.
/// </remarks>
internal sealed class TlsHandshake(TlsOptions options, TimeProvider time)
{
    private const SslProtocols Protocols = SslProtocols.Tls12 | SslProtocols.Tls13;

    // The content type with which every TLS connection begins (RFC 8446, section 5.1).
    private const byte HandshakeRecord = 0x16;

    // More than any node's first words.
    private const int MaxDrainedBytes = 64 * 1024;

    // A fatal alert, unexpected_message, which tells a peer that does not speak TLS that this port does.
    private static readonly byte[] UnexpectedMessageAlert = [0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x0a];

    /// <summary>The listener's side.</summary>
    public async ValueTask<(TlsStream Stream, PeerIdentity? Peer)> AcceptAsync(
        SocketConnection connection, Stream network, string remoteAddress, CancellationToken cancellationToken)
    {
        byte[] first = new byte[1];
        int read;
        try
        {
            read = await connection.PeekAsync(first, cancellationToken);
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            throw new TransportException(TransportFault.Broken, $"{remoteAddress} broke the connection off before the TLS handshake.", e);
        }

        if (read == 0)
        {
            throw new TransportException(TransportFault.Broken, $"{remoteAddress} closed the connection before the TLS handshake.");
        }

        if (first[0] != HandshakeRecord)
        {
            await SayThatThisIsTlsAsync(connection, network, cancellationToken);
            throw new TransportException(
                TransportFault.PlainPeer, $"{remoteAddress} does not speak TLS and this port takes nothing else: turn TLS on there, or off here.");
        }

        TlsCredentials credentials = options.Credentials();
        var check = new CertificateCheck(options, credentials, time.GetUtcNow(), peerIsServer: false, expectedName: null);
        var server = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = credentials.Certificate
                ?? throw new TlsCredentialsException("This node listens with TLS and has no certificate."),
            ClientCertificateRequired = options.RequireClientCertificate,
            EnabledSslProtocols = Protocols,
            CertificateChainPolicy = check.CreatePolicy(),
            RemoteCertificateValidationCallback = check.Judge,
            AllowRenegotiation = false,

            // Every connection proves its certificate anew; connections live long, so a resumed one would save nothing that matters.
            AllowTlsResume = false,
        };
        return await RunAsync(network, ssl => ssl.AuthenticateAsServerAsync(server, cancellationToken), check, remoteAddress, cancellationToken);
    }

    /// <summary>The dialer's side.</summary>
    public async ValueTask<(TlsStream Stream, PeerIdentity? Peer)> ConnectAsync(
        Stream network, TransportAddress address, CancellationToken cancellationToken)
    {
        TlsCredentials credentials = options.Credentials();
        string name = options.ExpectedName ?? address.Host;
        var check = new CertificateCheck(options, credentials, time.GetUtcNow(), peerIsServer: true, name);
        var client = new SslClientAuthenticationOptions
        {
            TargetHost = name,
            ClientCertificateContext = credentials.Certificate,
            EnabledSslProtocols = Protocols,
            CertificateChainPolicy = check.CreatePolicy(),
            RemoteCertificateValidationCallback = check.Judge,
            AllowRenegotiation = false,
            AllowTlsResume = false,
        };
        return await RunAsync(network, ssl => ssl.AuthenticateAsClientAsync(client, cancellationToken), check, address.ToString(), cancellationToken);
    }

    private static async ValueTask<(TlsStream Stream, PeerIdentity? Peer)> RunAsync(
        Stream network, Func<SslStream, Task> authenticate, CertificateCheck check, string remoteAddress, CancellationToken cancellationToken)
    {
        TlsStream ssl = TlsStream.On(network);
        try
        {
            await authenticate(ssl);
            if (ssl.RemoteCertificate is null)
            {
                // Without a certificate the callback is not called on every platform.
                check.Judge(ssl, null, null, SslPolicyErrors.RemoteCertificateNotAvailable);
            }

            await ExchangeVerdictsAsync(ssl, check, remoteAddress, cancellationToken);
            return (ssl, check.Peer);
        }
        catch (AuthenticationException e)
        {
            await ssl.DisposeAsync();
            throw Explain(e, remoteAddress);
        }
        catch (IOException e) when (e is not TransportException)
        {
            await ssl.DisposeAsync();
            throw new TransportException(
                TransportFault.Broken, $"{remoteAddress} broke the connection off in the TLS handshake; it may not speak TLS. Its log may say more.", e);
        }
        catch
        {
            await ssl.DisposeAsync();
            throw;
        }
    }

    private static async ValueTask ExchangeVerdictsAsync(SslStream ssl, CertificateCheck check, string remoteAddress, CancellationToken cancellationToken)
    {
        byte[] verdict = [(byte)(check.Fault ?? 0)];
        await ssl.WriteAsync(verdict, cancellationToken);

        // The other's verdict is read even when ours ends the connection: closing a socket with unread bytes could take our verdict back.
        int read = await ReadVerdictAsync(ssl, verdict, check, cancellationToken);
        if (check.Fault is { } fault)
        {
            await ssl.ShutdownAsync();
            throw new TransportException(fault, $"{remoteAddress} is refused: {check.Explanation}.");
        }

        if (read == 0)
        {
            throw new TransportException(TransportFault.Broken, $"{remoteAddress} closed the connection at the end of the TLS handshake; its log may say why.");
        }

        if (verdict[0] != 0)
        {
            var theirs = (TransportFault)verdict[0];
            throw new TransportException(theirs, $"{remoteAddress} ends the TLS handshake because this node's certificate {Said(theirs)}; its log says more.");
        }
    }

    private static string Said(TransportFault fault) => fault switch
    {
        TransportFault.MissingCertificate => "is missing",
        TransportFault.WrongAuthority => "was not issued by an authority that it believes",
        TransportFault.Expired => "has expired",
        TransportFault.NotYetValid => "is not valid yet",
        TransportFault.WrongUsage => "was issued for another use",
        TransportFault.Revoked => "was revoked",
        TransportFault.WrongName => "does not stand for the name that was dialled",
        _ => $"fails its check (fault {(byte)fault})",
    };

    private static async ValueTask<int> ReadVerdictAsync(SslStream ssl, byte[] verdict, CertificateCheck check, CancellationToken cancellationToken)
    {
        try
        {
            return await ssl.ReadAsync(verdict, cancellationToken);
        }
        catch (IOException) when (check.Fault is not null)
        {
            return 0;
        }
    }

    private static TransportException Explain(AuthenticationException e, string remoteAddress)
    {
        string words = $"{e.Message} {e.InnerException?.Message} {e.InnerException?.InnerException?.Message}";
        if (words.Contains("protocol version", StringComparison.OrdinalIgnoreCase)
            || words.Contains("unsupported protocol", StringComparison.OrdinalIgnoreCase))
        {
            return new TransportException(
                TransportFault.NoCommonProtocol, $"{remoteAddress} speaks no version of TLS that is spoken here, which are 1.2 and 1.3: it is too old, or set up so.", e);
        }

        if (words.Contains("no shared cipher", StringComparison.OrdinalIgnoreCase)
            || words.Contains("handshake failure", StringComparison.OrdinalIgnoreCase))
        {
            return new TransportException(TransportFault.NoCommonProtocol, $"{remoteAddress} and this node have no TLS cipher in common.", e);
        }

        if (words.Contains("frame", StringComparison.OrdinalIgnoreCase))
        {
            return new TransportException(TransportFault.PlainPeer, $"{remoteAddress} does not speak TLS: turn it on there, or off here.", e);
        }

        return new TransportException(TransportFault.Broken, $"The TLS handshake with {remoteAddress} failed: {words.Trim()}", e);
    }

    private static async ValueTask SayThatThisIsTlsAsync(SocketConnection connection, Stream network, CancellationToken cancellationToken)
    {
        try
        {
            await network.WriteAsync(UnexpectedMessageAlert, cancellationToken);

            // Closing a socket with unread bytes could take the alert back.
            byte[] unread = new byte[Math.Min(connection.Unread, MaxDrainedBytes)];
            await network.ReadExactlyAsync(unread, cancellationToken);
        }
        catch (IOException)
        {
            // It has gone already; the refusal stands all the same.
        }
    }
}
