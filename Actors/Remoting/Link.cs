using System.IO.Pipelines;
using FedActors.Actors.Diagnostics;
using FedActors.Actors.Remoting.Frames;
using FedActors.Actors.Transport;

namespace FedActors.Actors.Remoting;

/// <summary>One connection in use: a loop that sends, a loop that receives, and a heartbeat.</summary>
/// <remarks>
/// Whichever loop ends first takes the other along; then the endpoint hears of it, once. Control frames are sent first, then all
/// finished frames, then a chunk or two of bulk, and one flush for all of it, so that a small message waits at most for two chunks.
/// </remarks>
internal sealed class Link
{
    private readonly Endpoint _endpoint;
    private readonly ITransportConnection _connection;
    private readonly RemotingOptions _options;
    private readonly TimeProvider _time;
    private readonly LinkSender _sender;
    private readonly LinkReceiver _receiver;
    private readonly CancellationTokenSource _ended = new();
    private readonly Lock _sync = new();

    // What follows runs at once: it is set last of all, without a lock, and a task that follows elsewhere would leave a simulated node's thread.
    private readonly TaskCompletionSource _completion = new();
    private ITimer? _heartbeat;
    private string? _reason;
    private bool _farewell;

    /// <param name="endpoint">State towards the node.</param>
    /// <param name="connection">Open, its handshake done.</param>
    /// <param name="options">Limits and times.</param>
    /// <param name="peer">What the node said of itself.</param>
    /// <param name="withheldBytes">Bytes of the window that the node was told to wait for.</param>
    public Link(Endpoint endpoint, ITransportConnection connection, RemotingOptions options, Greeting peer, int withheldBytes)
    {
        _endpoint = endpoint;
        _connection = connection;
        _options = options;
        _time = endpoint.System.Time;
        _sender = new LinkSender(endpoint, connection.Output, options.Limits, peer);
        _receiver = new LinkReceiver(endpoint, connection, options, peer.Node, withheldBytes, _sender, _ended.Token);
    }

    public string RemoteAddress => _connection.RemoteAddress;

    public PeerIdentity? Peer => _connection.Peer;

    /// <summary>Whether the receiving loop is at work on what came, or waits for room in a mailbox, so that silence says nothing.</summary>
    public bool IsBusyReceiving => _receiver.Silence is null;

    /// <summary>Whether nothing of the other side is handled until it shows that it reads.</summary>
    public bool IsHeldBack => _receiver.HeldFor is not null;

    /// <summary>Completes when both loops have ended and the endpoint knows.</summary>
    public Task Completion => _completion.Task;

    /// <summary>Whether it ended because the other side broke the protocol.</summary>
    public bool BrokeProtocol { get; private set; }

    /// <summary>Whether the other side went on sending, left unread what it was sent, and was held back for it when the connection ended.</summary>
    public bool LeftUnread { get; private set; }

    /// <summary>Called when both loops have ended and the endpoint knows, or null.</summary>
    public Action<Link>? OnEnded { get; init; }

    /// <summary>Has something to send.</summary>
    public void Wake(bool isAwaited) => _sender.Wake(isAwaited);

    /// <summary>There is room again for the other side's large messages.</summary>
    public void OnRoom() => _receiver.OnRoom();

    /// <summary>Starts the loops.</summary>
    /// <param name="ready">What to tell the other side, which waits to hear that the connection is in use: the dialer's part, else null.</param>
    public void Start(SessionMemory? ready)
    {
        if (ready is { } memory)
        {
            _sender.PostReady(memory);
        }

        _heartbeat = _time.CreateTimer(_ => OnHeartbeat(), null, _options.HeartbeatInterval, _options.HeartbeatInterval);
        _ = RunAsync();
    }

    /// <summary>Breaks the connection off, also one of which a loop has ended already: the other may be saying goodbye to somebody who does not listen.</summary>
    public void Abort(string reason)
    {
        TryEnd(reason);
        _connection.Abort();
    }

    /// <summary>Sends what is queued, says goodbye, and ends; after a time, ends anyhow.</summary>
    public async Task DrainAsync(TimeSpan timeout)
    {
        _sender.Close();
        if (!await Completion.EndOrLimitAsync(timeout, _time, CancellationToken.None))
        {
            Log.DrainTimedOut(_endpoint.Log, _endpoint.Name, timeout);
            Abort($"it did not take what was queued within {timeout}");
            await Completion;
        }
    }

    private async Task RunAsync()
    {
        Task sending = SendAsync();
        Task receiving = ReceiveAsync();
        await Task.WhenAny(sending, receiving);
        if (sending.IsCompletedSuccessfully && !receiving.IsCompleted && _sender.HasFinished)
        {
            // After a goodbye of either side both read to the end. Breaking off now could take back what was said last.
            await receiving;
        }
        else if (receiving.IsCompletedSuccessfully && !sending.IsCompleted && _farewell)
        {
            // The sending loop has a last word: what has arrived.
            await sending;
        }

        if (_farewell || _sender.HasFinished)
        {
            // Both directions have ended by themselves; breaking them off could take back what was said last.
            TryEnd("it was closed on purpose");
        }
        else if (TryEnd("the connection has ended"))
        {
            _connection.Abort();
        }

        _sender.Wake(isAwaited: false);
        await Task.WhenAll(sending, receiving);
        if (_heartbeat is not null)
        {
            await _heartbeat.DisposeAsync();
        }

        NoteUnread();
        _receiver.Release();
        try
        {
            await _connection.DisposeAsync();
        }
        catch (IOException e)
        {
            Log.LinkFailed(_endpoint.Log, _endpoint.Name, e);
        }
        finally
        {
            // Whatever closing does: those who wait for the end must hear of it.
            _endpoint.Detach(this, _reason!, _farewell);
            _completion.SetResult();
            OnEnded?.Invoke(this);
        }
    }

    private async Task SendAsync()
    {
        try
        {
            await _sender.RunAsync(_connection, _ended.Token);
        }
        catch (IOException e)
        {
            TryEnd(e.Message);
        }
        catch (OperationCanceledException)
        {
            // The other loop ended first, and has said why.
        }
        catch (Exception e)
        {
            OnLoopFailed(e);
        }
    }

    private async Task ReceiveAsync()
    {
        try
        {
            if (await _receiver.RunAsync())
            {
                lock (_sync)
                {
                    _reason ??= "the other side said goodbye";
                    _farewell = true;
                }

                return;
            }

            TryEnd(_sender.HasFinished ? "this node said goodbye" : "the other side closed the connection");
        }
        catch (ProtocolException e)
        {
            BrokeProtocol = true;
            _endpoint.OnProtocolError(RemoteAddress, e);
            TryEnd($"the other side broke the protocol: {e.Message}");
        }
        catch (IOException e)
        {
            TryEnd(e.Message);
        }
        catch (OperationCanceledException)
        {
            // The other loop ended first, and has said why.
        }
        catch (Exception e)
        {
            OnLoopFailed(e);
        }
    }

    /// <summary>Whatever else goes wrong costs this connection only, and is said aloud.</summary>
    private void OnLoopFailed(Exception failure)
    {
        Log.LinkFailed(_endpoint.Log, _endpoint.Name, failure);
        TryEnd($"{failure.GetType().Name}: {failure.Message}");
    }

    /// <summary>A connection that breaks while the other side's word is on its way is no refusal, nor is one on which nothing arrives any more.</summary>
    private void NoteUnread()
    {
        bool isSilent = _receiver.Silence is { } silence && silence > _options.IdleTimeout;
        if (!isSilent && _receiver.HeldFor is { } held && held > _options.Limits.ShortConnection)
        {
            LeftUnread = true;
            _endpoint.OnUnread(RemoteAddress, $"it went on sending, and for {held.TotalSeconds:0.#} s left unread what it had been sent");
        }
    }

    private void OnHeartbeat()
    {
        _sender.PostControl(FrameKind.Heartbeat);
        _endpoint.Outbox.Rest();
        if (_receiver.Silence is { } silence && silence > _options.IdleTimeout)
        {
            Abort($"nothing arrived for {silence.TotalSeconds:0.#} s");
        }
        else if (_sender.Stall is { } stall && stall > _options.StallTimeout)
        {
            Abort($"the other side took nothing for {stall.TotalSeconds:0.#} s");
        }
        else if (_receiver.HeldFor is { } held && held > _options.StallTimeout)
        {
            Abort($"it went on sending, and for {held.TotalSeconds:0.#} s left unread what it had been sent");
        }
        else if (_receiver.StreamSilence is { } pause && pause > _options.StallTimeout)
        {
            string reason = $"a large message has begun and not gone on by {_options.Limits.ChunkBytes} bytes within {pause.TotalSeconds:0.#} s";
            _endpoint.OnTrickling(RemoteAddress, reason);
            Abort(reason);
        }
    }

    /// <summary>The first reason stands.</summary>
    /// <returns>Whether nobody has ended it before.</returns>
    private bool TryEnd(string reason)
    {
        lock (_sync)
        {
            _reason ??= reason;
        }

        if (_ended.IsCancellationRequested)
        {
            return false;
        }

        _ended.Cancel();
        return true;
    }
}
