using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace FedActors.Scripts.Measuring.Transport;

/// <summary>Two bare sockets over loopback, with TLS on them or not.</summary>
internal sealed class RawPair : IAsyncDisposable
{
    // TCP_CONGESTION, as Linux numbers it.
    private const int CongestionControl = 13;

    private RawPair(Stream near, Stream far)
    {
        Near = near;
        Far = far;
    }

    public Stream Near { get; }

    public Stream Far { get; }

    public static async Task<RawPair> ConnectAsync(bool tls, TimeProvider time, CancellationToken cancellationToken)
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        var near = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (OperatingSystem.IsLinux())
        {
            // Not paced, as the runtime's own connections within one machine are not.
            listener.SetRawSocketOption((int)SocketOptionLevel.Tcp, CongestionControl, "reno"u8);
            near.SetRawSocketOption((int)SocketOptionLevel.Tcp, CongestionControl, "reno"u8);
        }

        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        await near.ConnectAsync(listener.LocalEndPoint!, cancellationToken).ConfigureAwait(false);
        Socket far = await listener.AcceptAsync(cancellationToken).ConfigureAwait(false);
        far.NoDelay = true;
        var nearStream = new NetworkStream(near, ownsSocket: true);
        var farStream = new NetworkStream(far, ownsSocket: true);
        return tls ? await EncryptAsync(nearStream, farStream, time, cancellationToken).ConfigureAwait(false) : new RawPair(nearStream, farStream);
    }

    public async ValueTask DisposeAsync()
    {
        await Near.DisposeAsync().ConfigureAwait(false);
        await Far.DisposeAsync().ConfigureAwait(false);
    }

    private static async Task<RawPair> EncryptAsync(Stream near, Stream far, TimeProvider time, CancellationToken cancellationToken)
    {
        var nearTls = new SslStream(near);
        var farTls = new SslStream(far);

        // Both ends are this process's: it measures what encryption costs, and there is nobody to check.
        var client = new SslClientAuthenticationOptions { TargetHost = "localhost", RemoteCertificateValidationCallback = static (_, _, _, _) => true };
        var server = new SslServerAuthenticationOptions { ServerCertificate = LoopbackCertificates.Server(time) };
        await Task.WhenAll(
            nearTls.AuthenticateAsClientAsync(client, cancellationToken),
            farTls.AuthenticateAsServerAsync(server, cancellationToken)).ConfigureAwait(false);
        return new RawPair(nearTls, farTls);
    }
}
