using System.IO.Pipelines;
using System.Net.Sockets;
using FedActors.Actors.Transport.Sockets;
using FedActors.Actors.Transport.Tls;

namespace FedActors.Actors.Transport.Tcp;

/// <summary>A connected socket, with TLS on it or not.</summary>
/// <param name="socket">The socket, which the connection owns.</param>
/// <param name="remoteAddress">The other end, for logs.</param>
/// <param name="origin">Where it comes from.</param>
/// <param name="tls">TLS, or null.</param>
/// <param name="dialled">What was dialled; null if the connection was accepted.</param>
/// <param name="polled">The same socket as the reactor waits for it, or null if .NET does.</param>
internal sealed class SocketConnection(
    Socket socket, string remoteAddress, string origin, TlsHandshake? tls, TransportAddress? dialled, PolledSocket? polled = null) : ITransportConnection
{
    private readonly Stream _network = polled is null ? new NetworkStream(socket, ownsSocket: true) : new PolledStream(polled);
    private TlsStream? _ssl;
    private PipeReader? _input;
    private PipeWriter? _output;

    public PipeReader Input => _input ?? throw NotOpen();

    public PipeWriter Output => _output ?? throw NotOpen();

    public string RemoteAddress { get; } = remoteAddress;

    public string Origin { get; } = origin;

    public PeerIdentity? Peer { get; private set; }

    public async ValueTask OpenAsync(CancellationToken cancellationToken = default)
    {
        if (_input is not null)
        {
            return;
        }

        Stream stream = _network;
        if (tls is not null)
        {
            try
            {
                (_ssl, Peer) = dialled is null
                    ? await tls.AcceptAsync(this, _network, RemoteAddress, cancellationToken)
                    : await tls.ConnectAsync(_network, dialled, cancellationToken);
            }
            catch
            {
                await _network.DisposeAsync();
                throw;
            }

            stream = _ssl;
        }

        _input = new StreamInput(stream, _ssl?.Ahead);
        _output = new StreamOutput(stream, encrypts: _ssl is not null, _ssl?.Gathering, _ssl is null ? new SocketCork(socket) : null);
    }

    public async ValueTask FinishAsync()
    {
        try
        {
            await Output.FlushAsync();

            // Under TLS, too, and without a word of its own: another thread may be decrypting what arrives, and making that word beside it damages the session's memory. See docs/adr/0044.
            if (polled is null)
            {
                socket.Shutdown(SocketShutdown.Send);
            }
            else
            {
                polled.EndWriting();
            }
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            // Broken already: the other end has seen an end, if not this one.
        }
    }

    public void Abort()
    {
        if (polled is null)
        {
            socket.Dispose();
        }
        else
        {
            polled.Close();
        }
    }

    /// <summary>Bytes that have arrived and were not read.</summary>
    public int Unread => socket.Available;

    /// <summary>Awaits the first bytes and leaves them unread.</summary>
    public ValueTask<int> PeekAsync(Memory<byte> buffer, CancellationToken cancellationToken) => _network is PolledStream polling
        ? polling.PeekAsync(buffer, cancellationToken)
        : socket.ReceiveAsync(buffer, SocketFlags.Peek, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        // Closing the socket first ends any read or write that is under way, so that the pipes are nobody's when they give their memory back.
        Abort();
        if (_ssl is not null)
        {
            await _ssl.DisposeAsync();
        }

        await _network.DisposeAsync();
        _input?.Complete();
        _output?.Complete();
    }

    private static InvalidOperationException NotOpen() => new("The connection is not open: await OpenAsync first.");
}
