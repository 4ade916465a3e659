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
    private readonly HandshakeRoom _room;
    private readonly Task _accepting;

    public NodeListener(RemoteSystem remote, ITransportListener listener)
    {
        _remote = remote;
        _listener = listener;
        _room = new HandshakeRoom(remote.Options.Limits.MaxHandshakes, remote.Options.Limits.HandshakePatience, remote.System.Time);
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
            HandshakeRoom.Visit visit;
            try
            {
                visit = await _room.EnterAsync(_closing.Token);
            }
            catch (OperationCanceledException)
            {
                await connection.DisposeAsync();
                return;
            }

            Task handshake = ShakeHandsAsync(connection, visit);
            _handshakes[handshake] = true;
            _ = handshake.ContinueWith(done => _handshakes.TryRemove(done, out _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

            // In a flood the next one is there already, and all that it says: this loop would keep a thread from those who are let in.
            await Task.Yield();
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

    private async Task ShakeHandsAsync(ITransportConnection connection, HandshakeRoom.Visit visit)
    {
        // Left last, and whatever closing the connection does: places that nobody leaves would in the end keep everybody out.
        using HandshakeRoom.Visit place = visit;
        bool attached = false;
        using var timeout = new CancellationTokenSource(_remote.Options.Limits.HandshakeTimeout, _remote.System.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, visit.Over, _closing.Token);
        try
        {
            await connection.OpenAsync(either.Token);
            attached = await AgreeAsync(connection, either.Token);
        }
        catch (ProtocolException e)
        {
            _remote.OnRefused(connection.RemoteAddress, RefusalCause.Malformed, e.Message);
            await TryRefuseAsync(connection, new Refusal(RefusalCode.Protocol, _remote.System.Node, e.Message), either.Token);
        }
        catch (HandshakeRefusedException e)
        {
            _remote.OnRefused(connection.RemoteAddress, e.Refusal.Code.ToCause(), e.Message);
        }
        catch (TransportException e)
        {
            _remote.OnRefused(connection.RemoteAddress, e.Fault.ToCause(), e.Message);
        }
        catch (TlsCredentialsException e)
        {
            _remote.OnRefused(connection.RemoteAddress, RefusalCause.OwnCertificate, e.Message);
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or CryptographicException)
        {
            _remote.OnRefused(connection.RemoteAddress, RefusalCause.Broken, e.Message);
        }
        catch (OperationCanceledException) when (visit.Over.IsCancellationRequested)
        {
            RemotingLimits limits = _remote.Options.Limits;
            _remote.OnRefused(
                connection.RemoteAddress, RefusalCause.Crowded, $"it was not done after {limits.HandshakePatience.TotalSeconds:0.#} s and gave way to others; {limits.MaxHandshakes} may shake hands at once");
        }
        catch (OperationCanceledException)
        {
            _remote.OnRefused(
                connection.RemoteAddress, RefusalCause.Slow, $"it did not finish its handshake within {_remote.Options.Limits.HandshakeTimeout.TotalSeconds:0.#} s");
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Nobody awaits a handshake: what it cannot foresee costs this connection, and is said aloud.
            Log.LinkFailed(_remote.Log, connection.RemoteAddress, e);
        }
        finally
        {
            if (!attached)
            {
                await CloseAsync(connection);
            }
        }
    }

    private async Task CloseAsync(ITransportConnection connection)
    {
        try
        {
            await connection.DisposeAsync();
        }
        catch (IOException e)
        {
            Log.LinkFailed(_remote.Log, connection.RemoteAddress, e);
        }
    }

    /// <returns>Whether the connection is in use.</returns>
    private async Task<bool> AgreeAsync(ITransportConnection connection, CancellationToken cancellationToken)
    {
        (Greeting? greeting, Refusal? refused) = await Handshake.ReadGreetingAsync(connection, FrameKind.Hello, cancellationToken);
        Greeting hello = greeting ?? throw new HandshakeRefusedException(refused!);
        Endpoint? endpoint = null;
        Refusal? refusal = _remote.FindRefusal(hello, connection.Peer) ?? _remote.BeginHalfOpen(hello, connection.Peer, out endpoint);
        if (refusal is not null)
        {
            await RefuseAsync(connection, refusal, endpoint, cancellationToken);
            return false;
        }

        try
        {
            if (await endpoint!.EndFormerLinkAsync(connection.Peer, cancellationToken) is { } objection)
            {
                await RefuseAsync(connection, objection, endpoint, cancellationToken);
                return false;
            }

            SessionMemory own = endpoint.Remember();
            await Handshake.GreetAsync(connection, FrameKind.Welcome, _remote.Greet(endpoint.LinksLost, own), cancellationToken);
            SessionMemory theirs = await Handshake.ReadReadyAsync(connection, cancellationToken);
            bool attached = endpoint.AttachAccepted(new Link(endpoint, connection, _remote.Options, hello), hello, own, theirs);
            if (!attached)
            {
                CountUnlessCrossed(connection, new Refusal(RefusalCode.Connected, _remote.System.Node, $"another connection of {hello.Node} came between"), endpoint);
            }

            return attached;
        }
        finally
        {
            _remote.EndHalfOpen(endpoint!);
        }
    }

    private async Task RefuseAsync(ITransportConnection connection, Refusal refusal, Endpoint? endpoint, CancellationToken cancellationToken)
    {
        CountUnlessCrossed(connection, refusal, endpoint);
        await TryRefuseAsync(connection, refusal, cancellationToken);
    }

    /// <summary>Two nodes that dial each other at once make one connection too many: nobody is at fault.</summary>
    private void CountUnlessCrossed(ITransportConnection connection, Refusal refusal, Endpoint? endpoint)
    {
        if (refusal.Code != RefusalCode.Connected || endpoint is not { IsDialled: true })
        {
            _remote.OnRefused(connection.RemoteAddress, refusal.Code.ToCause(), refusal.Text);
        }
    }

    /// <summary>Whoever is refused need not be able to read why, nor hang up in time. That is no refusal of its own.</summary>
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
