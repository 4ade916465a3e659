using FedActors.Actors.Transport;
using FedActors.Actors.Transport.Tcp;
using FedActors.Actors.Transport.Tls;

namespace FedActors.Scripts.Security;

/// <summary>Tries certificates in a real handshake with themselves over loopback, so that what it says is what a node would say.</summary>
internal static class CertificateProbe
{
    /// <summary>A loopback handshake takes milliseconds; this only ends what would hang.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <summary>Shows the certificate as a server under a name and as a client, and checks it on both sides.</summary>
    /// <exception cref="TransportException">A check failed; the fault says which.</exception>
    public static async Task TryAsync(TlsCredentials credentials, string name, TimeProvider time, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(Limit, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        var transport = new TcpTransport(new TcpTransportOptions { Time = time, Tls = new TlsOptions { Credentials = () => credentials, ExpectedName = name } });
        await using ITransportListener listener = await transport.ListenAsync(new TransportAddress("127.0.0.1", 0), either.Token).ConfigureAwait(false);
        Task accepting = AcceptAsync(listener, either.Token);
        ITransportConnection connection = await transport.ConnectAsync(listener.Address, either.Token).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            await accepting.ConfigureAwait(false);
        }
    }

    private static async Task AcceptAsync(ITransportListener listener, CancellationToken cancellationToken)
    {
        if (await listener.AcceptAsync(cancellationToken).ConfigureAwait(false) is { } connection)
        {
            await using (connection.ConfigureAwait(false))
            {
                await connection.OpenAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
