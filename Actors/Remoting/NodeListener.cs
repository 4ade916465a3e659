using System.Collections.Concurrent;
using FedActors.Actors.Diagnostics;
using FedActors.Actors.Remoting.Frames;
using FedActors.Actors.Transport;

namespace FedActors.Actors.Remoting;

/// <summary>Accepts connections on one address and shakes hands with each beside the others, so that a silent stranger holds up nobody.</summary>
internal sealed class NodeListener
{
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
            _ = handshake.ContinueWith(done => _handshakes.TryRemove(done, out _), TaskScheduler.Default);
        }
    }

    private async Task<ITransportConnection?> AcceptNextAsync()
    {
        try
        {
            return await _listener.AcceptAsync(_closing.Token);
        }
        catch (OperationCanceledException)
        {
            return null;
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
        catch (IOException e)
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
            refusal ??= endpoint!.FindRefusal(hello);
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

        endpoint!.BeginHalfOpen();
        try
        {
            await Handshake.GreetAsync(connection, FrameKind.Welcome, _remote.Greet(endpoint.LinksLost), cancellationToken);
            await Handshake.ReadReadyAsync(connection, cancellationToken);
        }
        finally
        {
            endpoint.EndHalfOpen();
        }

        return await endpoint.AttachAsync(new Link(endpoint, connection, _remote.Options, hello), hello, dialled: false);
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
