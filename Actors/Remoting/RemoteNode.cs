using System.Net.Sockets;
using System.Security.Cryptography;
using FedActors.Actors.Diagnostics;
using FedActors.Actors.Numerics;
using FedActors.Actors.Remoting.Frames;
using FedActors.Actors.Transport;
using FedActors.Actors.Transport.Tls;

namespace FedActors.Actors.Remoting;

/// <summary>A node that this one keeps connected by dialling its address: made by <see cref="RemoteSystem.Connect"/>.</summary>
public sealed class RemoteNode
{
    // Share by which pauses are shortened at random: sites that lost one provider together do not return together.
    private const double Jitter = 0.5;

    private readonly RemoteSystem _remote;
    private readonly CancellationTokenSource _closing = new();
    private readonly CancellationTokenSource _stopped = new();
    private readonly ClosableLoop _dialling;
    private readonly string _provisionalName;
    private volatile Endpoint _endpoint;
    private volatile string? _lastFault;
    private NameClaim _claim;

    internal RemoteNode(RemoteSystem remote, TransportAddress address)
    {
        _remote = remote;
        Address = address;
        _provisionalName = $"@{address}";
        _endpoint = new Endpoint(remote, node: null, _provisionalName);
        _dialling = new ClosableLoop(KeepConnectedAsync);
    }

    /// <summary>Where the node listens.</summary>
    public TransportAddress Address { get; }

    /// <summary>The node's id, or null before it has been connected for the first time.</summary>
    public string? Node => _endpoint.Node;

    /// <summary>Whether the node is connected now.</summary>
    public bool IsConnected => _endpoint.Link is not null;

    /// <summary>Why the last attempt to connect failed, or null if none did since the node was connected.</summary>
    public string? LastFault => _lastFault;

    /// <summary>Awaits the connection.</summary>
    /// <remarks>As long as the other side is not there, or refuses, this does not end: <see cref="LastFault"/> and <see cref="ConnectFailed"/> say why.</remarks>
    /// <param name="cancellationToken">Ends the wait; the node is dialled on.</param>
    /// <returns>The node's id.</returns>
    /// <exception cref="ObjectDisposedException">This node has stopped, or stops before there is a connection.</exception>
    public async Task<string> WhenConnectedAsync(CancellationToken cancellationToken = default)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stopped.Token);
        try
        {
            Task<string> connected = _endpoint.WhenConnected;
            await connected.EndAsync(either.Token);
            return await connected;
        }
        catch (OperationCanceledException) when (_stopped.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new ObjectDisposedException(nameof(RemoteSystem), $"{_remote.System.Node} has stopped and was not connected with {Address}.");
        }
    }

    /// <summary>An actor of the node, by its full name, whichever life of the node is there when a message arrives.</summary>
    /// <remarks>Its <see cref="ActorRef.Path"/> names the node by its address, before and after the node's id is known.</remarks>
    public ActorRef ActorOf(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return new RemoteActorRef(_endpoint, new ActorPath(_provisionalName, name, 0));
    }

    internal Task Completion => _dialling.Completion;

    internal void Start() => _dialling.Begin();

    internal async Task CloseAsync()
    {
        _closing.Cancel();
        await _dialling.EndAsync();

        // One that was never connected is nobody else's to close, and messages wait there.
        await _endpoint.CloseAsync();
    }

    /// <summary>Nobody needs to await a connection any more. Whoever does goes on on this very stack.</summary>
    internal void EndWaits() => _stopped.Cancel();

    private async Task KeepConnectedAsync()
    {
        int failures = 0;
        try
        {
            while (!_closing.IsCancellationRequested)
            {
                _claim = NameClaim.None;
                string? fault = await ConnectOnceAsync();
                failures = fault is null ? 0 : failures + 1;
                TimeSpan pause = ExponentialBackoff.Wait(
                    _remote.Options.MinReconnectDelay, _remote.Options.MaxReconnectDelay, Math.Max(0, failures - 1), Jitter, _remote.System.Jitter.Next());
                if (fault is not null)
                {
                    _lastFault = fault;
                    Log.ConnectFailed(_remote.Log, Address, failures, pause.TotalSeconds, fault);
                    _remote.System.Events.Publish(new ConnectFailed(Address, failures, fault, pause) { Claim = _claim });
                }

                await Task.Delay(pause, _remote.System.Time, _closing.Token);
            }
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
            // Closing is how this ends.
        }
    }

    /// <summary>Connects and stays with the connection until it ends.</summary>
    /// <returns>Why there was no connection, or null if there was one.</returns>
    private async Task<string?> ConnectOnceAsync()
    {
        using var timeout = new CancellationTokenSource(_remote.Options.Limits.HandshakeTimeout, _remote.System.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, _closing.Token);
        ITransportConnection? connection = null;
        try
        {
            Task<ITransportConnection> dialling = _remote.Options.Transport.ConnectAsync(Address, either.Token).AsTask();
            await ((Task)dialling).ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
            if (dialling.Exception?.InnerException is TransportException refused)
            {
                // A node that is not there is dialled again and again, and no stack is unwound for that.
                return refused.Message;
            }

            connection = await dialling;
            Link? link = await AgreeAsync(connection, either.Token);
            if (link is null)
            {
                // The nodes are connected already, by a connection that the other side opened. Stay with that one.
                await connection.DisposeAsync();
                link = _endpoint.Link;
            }

            _lastFault = null;
            connection = null;
            if (link is not null)
            {
                await link.Completion;
            }

            return null;
        }
        catch (Exception e) when (
            e is IOException or SocketException or ProtocolException or HandshakeRefusedException or TlsCredentialsException or CryptographicException)
        {
            _claim = e is not HandshakeRefusedException refused ? NameClaim.None : refused.Refusal.Code switch
            {
                RefusalCode.FormerLife or RefusalCode.NameTaken => NameClaim.Taken,
                RefusalCode.SameNode when refused.Refusal.Node == _remote.System.Node => NameClaim.Shared,
                _ => NameClaim.None,
            };
            await DisposeAsync(connection);
            return e.Message;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Nobody awaits the dialling: what it cannot foresee costs one attempt, and is said aloud, or the node would be cut off for good and in silence.
            Log.LinkFailed(_remote.Log, Address.ToString(), e);
            await DisposeAsync(connection);
            return $"{e.GetType().Name}: {e.Message}";
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !_closing.IsCancellationRequested)
        {
            await DisposeAsync(connection);
            return $"no answer within {_remote.Options.Limits.HandshakeTimeout.TotalSeconds:0.#} s";
        }
        catch (OperationCanceledException)
        {
            await DisposeAsync(connection);
            throw;
        }
    }

    /// <summary>Shakes hands and takes the connection into use.</summary>
    /// <returns>The link, or null if another connection with this node is in use.</returns>
    private async Task<Link?> AgreeAsync(ITransportConnection connection, CancellationToken cancellationToken)
    {
        int withheld = _endpoint.WindowToWithhold;
        await Handshake.GreetAsync(connection, FrameKind.Hello, _remote.Greet(_endpoint.LinksLost, withheld), cancellationToken);
        (Greeting? welcome, Refusal? refused) = await Handshake.ReadGreetingAsync(connection, FrameKind.Welcome, cancellationToken);
        if (refused is { Code: RefusalCode.Connected })
        {
            // Where two nodes dial each other one of the connections is too many, so that this is no failure.
            _endpoint = _remote.Adopt(_endpoint, refused.Node);
            return null;
        }

        if (welcome is null || (refused = _remote.FindRefusal(welcome, connection.Peer)) is not null)
        {
            throw new HandshakeRefusedException(refused!);
        }

        _endpoint = _remote.Adopt(_endpoint, welcome.Node);
        SessionMemory theirs = welcome.Session ?? throw new ProtocolException("The Welcome says nothing of the session.");
        var link = new Link(_endpoint, connection, _remote.Options, welcome, withheld);
        return await _endpoint.AttachDialledAsync(link, welcome, theirs, cancellationToken) ? link : null;
    }

    private static ValueTask DisposeAsync(ITransportConnection? connection) => connection?.DisposeAsync() ?? ValueTask.CompletedTask;
}
