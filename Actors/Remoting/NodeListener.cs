using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Security.Cryptography;
using FedActors.Actors.Diagnostics;
using FedActors.Actors.Remoting.Frames;
using FedActors.Actors.Transport;
using FedActors.Actors.Transport.Tls;

namespace FedActors.Actors.Remoting;

/// <summary>Accepts connections on one address and shakes hands with each beside the others, so that a silent stranger holds up nobody.</summary>
internal sealed partial class NodeListener
{
    // The system is out of descriptors, or of something else that comes back: soon enough, and no spinning.
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(100);

    // Short connections of one node, each going on where another was lost, before they count as come to nothing.
    private const int MostShortInARow = 8;

    // A TLS handshake to its end, and the answers that somebody leaves unread, take ten times the processor time of a greeting that is none; they count as less, since a renewed authority refuses honest nodes.
    private const int CostlyWeight = 4;

    // An attack that comes and goes is told of as often.
    private static readonly TimeSpan PaceLinePeriod = TimeSpan.FromMinutes(1);

    private readonly RemoteSystem _remote;
    private readonly ITransportListener _listener;
    private readonly CancellationTokenSource _closing = new();
    private readonly ConcurrentDictionary<Task, bool> _handshakes = new();
    private readonly HandshakeRoom _room;
    private readonly AcceptPace _pace;
    private readonly LineBudget _paceLines;
    private readonly ClosableLoop _accepting;

    public NodeListener(RemoteSystem remote, ITransportListener listener)
    {
        _remote = remote;
        _listener = listener;
        _began = remote.System.Time.GetTimestamp();
        _room = new HandshakeRoom(Limits.MaxHandshakes, Limits.HandshakePatience, remote.System.Time);
        _pace = new AcceptPace(Limits, remote.System.Time, OnPaceChanged);
        _paceLines = new LineBudget(1, PaceLinePeriod, remote.System.Time);
        _accepting = new ClosableLoop(AcceptAsync);
    }

    public TransportAddress Address => _listener.Address;

    private RemotingLimits Limits => _remote.Options.Limits;

    public void Start() => _accepting.Begin();

    public async Task CloseAsync()
    {
        _closing.Cancel();
        await _listener.DisposeAsync();
        await _accepting.EndAsync();
        await Task.WhenAll(_handshakes.Keys);
        _pace.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (await AcceptNextAsync() is { } connection)
        {
            // Who stands in line does so beside this loop: others come behind it that need not.
            Task handshake;
            if (_pace.MustWait(connection.Origin))
            {
                handshake = WaitAndShakeHandsAsync(connection);
            }
            else if (await EnterAsync(connection) is { } visit)
            {
                handshake = ShakeHandsAsync(connection, visit);
            }
            else
            {
                return;
            }

            _handshakes[handshake] = true;
            _ = handshake.ContinueWith(done => _handshakes.TryRemove(done, out _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

            // In a flood the next one is there already, and all that it says: this loop would keep a thread from those who are let in.
            await Task.Yield();
            if (_pace.IsSlow && !await PauseForPaceAsync())
            {
                return;
            }
        }
    }

    /// <returns>Null when the listener closes.</returns>
    private async Task<HandshakeRoom.Visit?> EnterAsync(ITransportConnection connection)
    {
        try
        {
            return await _room.EnterAsync(_closing.Token);
        }
        catch (OperationCanceledException)
        {
            await CloseAsync(connection);
            return null;
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
                Log.AcceptFailed(_remote.Log, Address, e.Message, RetryPause);
                if (!await PauseAsync(RetryPause))
                {
                    return null;
                }
            }
        }
    }

    /// <returns>False when the listener closes.</returns>
    private async Task<bool> PauseAsync(TimeSpan pause)
    {
        try
        {
            await Task.Delay(pause, _remote.System.Time, _closing.Token);
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
        using var timeout = new CancellationTokenSource(Limits.HandshakeTimeout, _remote.System.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, visit.Over, _closing.Token);
        try
        {
            await connection.OpenAsync(either.Token);
            attached = await AgreeAsync(connection, either.Token);
        }
        catch (ProtocolException e)
        {
            Refused(connection, RefusalCause.Malformed, e.Message);
            await TryRefuseAsync(connection, new Refusal(RefusalCode.Protocol, _remote.System.Node, e.Message), either.Token);
        }
        catch (HandshakeRefusedException e)
        {
            Refused(connection, e.Refusal.Code.ToCause(), e.Message);
        }
        catch (TransportException e)
        {
            RefusalCause cause = e.Fault.ToCause();
            Refused(connection, cause, e.Message, cause == RefusalCause.Certificate ? CostlyWeight : 1);
        }
        catch (TlsCredentialsException e)
        {
            // Nobody's fault but this node's.
            _remote.OnRefused(connection.RemoteAddress, RefusalCause.OwnCertificate, e.Message);
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or CryptographicException)
        {
            Refused(connection, RefusalCause.Broken, e.Message);
        }
        catch (OperationCanceledException) when (visit.Over.IsCancellationRequested)
        {
            Refused(connection, RefusalCause.Crowded, $"it was not done after {Limits.HandshakePatience.TotalSeconds:0.#} s and gave way to others; {Limits.MaxHandshakes} may shake hands at once");
        }
        catch (OperationCanceledException)
        {
            Refused(connection, RefusalCause.Slow, $"it did not finish its handshake within {Limits.HandshakeTimeout.TotalSeconds:0.#} s");
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
            int withheld = endpoint.WindowToWithhold;
            await Handshake.GreetAsync(connection, FrameKind.Welcome, _remote.Greet(endpoint.LinksLost, withheld, own), cancellationToken);
            if (await ReadReadyAsync(connection, endpoint, cancellationToken) is not { } theirs)
            {
                return false;
            }

            bool resumes = own.Peer != 0 && own.Matches(theirs);
            long since = _remote.System.Time.GetTimestamp();
            var link = new Link(endpoint, connection, _remote.Options, hello, withheld) { OnEnded = ended => OnEnded(ended, endpoint, connection.Origin, resumes, since) };
            bool attached = endpoint.AttachAccepted(link, hello, own, theirs);
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

    /// <returns>Null if a node that this one dials, too, hangs up instead: of two connections one is too many.</returns>
    private async Task<SessionMemory?> ReadReadyAsync(ITransportConnection connection, Endpoint endpoint, CancellationToken cancellationToken)
    {
        try
        {
            return await Handshake.ReadReadyAsync(connection, cancellationToken);
        }
        catch (IOException e) when (endpoint.IsDialled)
        {
            // Nodes that dial each other all at once do so as often as they come together. Whoever says that it is such a node, and never is, does it again and again.
            Refused(connection, RefusalCause.Broken, e.Message, weight: endpoint.CountCrossed() > MostShortInARow ? 1 : 0);
            return null;
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
            // Nor is whoever comes back while this node's own subscribers take long.
            Refused(connection, refusal.Code.ToCause(), refusal.Text, weight: refusal.Code == RefusalCode.StillTelling ? 0 : 1);
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
