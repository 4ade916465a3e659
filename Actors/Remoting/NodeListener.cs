using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Security.Cryptography;
using FedActors.Actors.Diagnostics;
using FedActors.Actors.Remoting.Frames;
using FedActors.Actors.Transport;
using FedActors.Actors.Transport.Tls;

namespace FedActors.Actors.Remoting;

/// <summary>Accepts connections on one address and shakes hands with each beside the others, so that a silent stranger holds up nobody.</summary>
internal sealed class NodeListener
{
    // The system is out of descriptors, or of something else that comes back: soon enough, and no spinning.
    private static readonly TimeSpan AcceptPause = TimeSpan.FromMilliseconds(100);

    private readonly RemoteSystem _remote;
    private readonly ITransportListener _listener;
    private readonly CancellationTokenSource _closing = new();
    private readonly ConcurrentDictionary<Task, bool> _handshakes = new();
    private readonly Task _accepting;
    private int _shaking;

    public NodeListener(RemoteSystem remote, ITransportListener listener)
    {
        _remote = remote;
        _listener = listener;
        _accepting = AcceptAsync();
    }

    public TransportAddress Address => _listener.Address;

    public async Task CloseAsync()
    {
        await _closing.CancelAsync();
        await _listener.DisposeAsync();
        await _accepting;
        await Task.WhenAll(_handshakes.Keys);
    }

    private async Task AcceptAsync()
    {
        while (await AcceptNextAsync() is { } connection)
        {
            if (Volatile.Read(ref _shaking) >= _remote.Options.Limits.MaxHandshakes)
            {
                _remote.OnRefused(connection.RemoteAddress, $"{_remote.Options.Limits.MaxHandshakes} other connections are shaking hands");
                await connection.DisposeAsync();
                continue;
            }

            Task handshake = ShakeHandsAsync(connection);
            _handshakes[handshake] = true;
            _ = handshake.ContinueWith(done => _handshakes.TryRemove(done, out _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    /// <returns>Null when the listener closes.</returns>
    private async Task<ITransportConnection?> AcceptNextAsync()
    {
        while (true)
        {
            try
            {
                return await _listener.AcceptAsync(_closing.Token);
            }
            catch (OperationCanceledException)
            {
                return null;
            }
            catch (Exception e) when (e is IOException or SocketException)
            {
                Log.AcceptFailed(_remote.Log, Address, e.Message, AcceptPause);
                if (!await PauseAsync())
                {
                    return null;
                }
            }
        }
    }

    private async Task<bool> PauseAsync()
    {
        try
        {
            await Task.Delay(AcceptPause, _remote.System.Time, _closing.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task ShakeHandsAsync(ITransportConnection connection)
    {
        Interlocked.Increment(ref _shaking);
        bool attached = false;
        using var timeout = new CancellationTokenSource(_remote.Options.Limits.HandshakeTimeout, _remote.System.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, _closing.Token);
        try
        {
            await connection.OpenAsync(either.Token);
            attached = await AgreeAsync(connection, either.Token);
        }
        catch (ProtocolException e)
        {
            _remote.OnRefused(connection.RemoteAddress, e.Message);
            await TryRefuseAsync(connection, new Refusal(RefusalCode.Protocol, _remote.System.Node, e.Message), either.Token);
        }
        catch (HandshakeRefusedException e)
        {
            _remote.OnRefused(connection.RemoteAddress, e.Message);
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or TlsCredentialsException or CryptographicException)
        {
            _remote.OnRefused(connection.RemoteAddress, e.Message);
        }
        catch (OperationCanceledException)
        {
            _remote.OnRefused(connection.RemoteAddress, $"it did not finish its handshake within {_remote.Options.Limits.HandshakeTimeout.TotalSeconds:0.#} s");
        }
        finally
        {
            Interlocked.Decrement(ref _shaking);
            if (!attached)
            {
                await connection.DisposeAsync();
            }
        }
    }

    /// <returns>Whether the connection is in use.</returns>
    private async Task<bool> AgreeAsync(ITransportConnection connection, CancellationToken cancellationToken)
    {
        Greeting hello = await Handshake.ReadGreetingAsync(connection, FrameKind.Hello, cancellationToken);
        Endpoint? endpoint = null;
        Refusal? refusal = _remote.FindRefusal(hello, connection.Peer);
        if (refusal is null)
        {
            endpoint = _remote.EndpointOf(hello.Node, out refusal);
            refusal ??= endpoint!.BeginHalfOpen(hello);
        }

        if (refusal is not null)
        {
            if (refusal.Code != RefusalCode.Connected)
            {
                _remote.OnRefused(connection.RemoteAddress, refusal.Text);
            }

            await Handshake.RefuseAsync(connection, refusal, cancellationToken);
            return false;
        }

        try
        {
            await endpoint!.EndFormerLinkAsync();
            SessionMemory own = endpoint.Remember();
            await Handshake.GreetAsync(connection, FrameKind.Welcome, _remote.Greet(endpoint.LinksLost, own), cancellationToken);
            SessionMemory theirs = await Handshake.ReadReadyAsync(connection, cancellationToken);
            return endpoint.AttachAccepted(new Link(endpoint, connection, _remote.Options, hello), hello, own, theirs);
        }
        finally
        {
            endpoint!.EndHalfOpen();
        }
    }

    /// <summary>A stranger that speaks something else need not be able to read the refusal.</summary>
    private async Task TryRefuseAsync(ITransportConnection connection, Refusal refusal, CancellationToken cancellationToken)
    {
        try
        {
            await Handshake.RefuseAsync(connection, refusal, cancellationToken);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            Log.RefusalNotSent(_remote.Log, connection.RemoteAddress, e.Message);
        }
    }
}
