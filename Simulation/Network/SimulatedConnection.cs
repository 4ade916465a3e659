using System.Buffers;
using System.IO.Pipelines;
using FedActors.Actors.Transport;
using FedActors.Simulation.Kernel;

namespace FedActors.Simulation.Network;

/// <summary>One end of a connection over a <see cref="SimulatedNetwork"/>.</summary>
/// <remarks>
/// What is sent counts until the other end has read it, so that a reader which does not read stops its sender. Breaking wakes reader
/// and writer by cancellations, in real time from any thread, and each notices the flag by itself.
/// </remarks>
internal sealed class SimulatedConnection : ITransportConnection
{
    // As much as a socket's buffers: a sender runs that far ahead of a reader that does not read.
    private const int BufferBytes = 256 * 1024;

    private const string BrokenText = "The connection was broken.";

    private static readonly SendOrPostCallback Resume = static reader => ((SimulatedReader)reader!).Resume();
    private static readonly Action<object?> ResumeNow = static reader => ((SimulatedReader)reader!).Resume();

    private readonly SimulatedNetwork _network;
    private readonly SimulatedHost _host;
    private readonly SimulatedHost _otherHost;
    private readonly NetworkPath _there;
    private readonly Action<ReadOnlyMemory<byte>> _arrived;
    private readonly SimulatedReader _incoming;
    private readonly Lock? _sync;
    private TaskCompletionSource? _room;
    private long _unread;
    private volatile bool _disposed;
    private volatile bool _otherGone;
    private volatile bool _broken;

    public SimulatedConnection(
        SimulatedNetwork network, SimulatedHost host, SimulatedProcess? process, SimulatedHost otherHost, string remoteAddress, NetworkPath there)
    {
        _network = network;
        _sync = host.Queue.NewLock();
        _host = host;
        _otherHost = otherHost;
        _there = there;
        _arrived = OnArrived;
        Process = process;
        RemoteAddress = remoteAddress;
        _incoming = new SimulatedReader(this, host.Queue.NewLock());
        Output = new SimulatedWriter(this);
    }

    public PipeReader Input => _incoming;

    public PipeWriter Output { get; }

    public string RemoteAddress { get; }

    public string Origin => To;

    public PeerIdentity? Peer => null;

    public SimulatedProcess? Process { get; }

    public SimulatedConnection Other { get; private set; } = null!;

    public string From => _host.Name;

    public string To => _otherHost.Name;

    /// <summary>Order of what this end sends.</summary>
    public Flow Flow { get; } = new();

    /// <summary>What this end sends from now on reaches nobody, and it hears nothing of that.</summary>
    public bool IsLostInSilence { get; set; }

    /// <summary>Joins the two ends.</summary>
    public void Join(SimulatedConnection other)
    {
        Other = other;
        other.Other = this;
    }

    public ValueTask OpenAsync(CancellationToken cancellationToken = default) => ValueTask.CompletedTask;

    public ValueTask FinishAsync()
    {
        Carry(static other => other._incoming.Finish());
        return ValueTask.CompletedTask;
    }

    public void Abort()
    {
        if (!_broken)
        {
            OnReset();
            Carry(static other => other.OnReset());
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        _network.Forget(this);
        Carry(static other => other.OnOtherGone());
        await _incoming.CompleteAsync();
    }

    /// <summary>Ends this end: its reader and its writer fail.</summary>
    public void OnReset()
    {
        TaskCompletionSource? room;
        using (_sync.EnterIfAny())
        {
            _broken = true;
            room = _room;
            _room = null;
        }

        _network.Forget(this);
        _incoming.CancelPendingRead();
        room?.TrySetResult();
    }

    /// <summary>The process is gone; the operating system speaks for it, if the machine still has power.</summary>
    public void OnProcessEnded()
    {
        _broken = true;
        if (!_host.IsOff)
        {
            Carry(static other => other.OnReset());
        }
    }

    /// <summary>Sends the first bytes of an array from the shared pool, which goes back there once they have arrived.</summary>
    public void Send(byte[] rented, int count)
    {
        using (_sync.EnterIfAny())
        {
            _unread += count;
        }

        if (Process is not { IsAlive: false } && !IsLostInSilence)
        {
            _there.Carry(new Parcel(Flow, rented, count, Other._arrived), _host.EffectiveNow);
        }
        else
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>Waits while the other end does not read.</summary>
    public ValueTask<FlushResult> WaitForRoomAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using (_sync.EnterIfAny())
        {
            ThrowIfBroken();
            if (_unread < BufferBytes)
            {
                return ValueTask.FromResult(new FlushResult(isCanceled: false, isCompleted: false));
            }

            if (_room is null or { Task.IsCompleted: true })
            {
                _room = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            return WaitAsync(_room, cancellationToken);
        }
    }

    /// <summary>The reader has taken bytes.</summary>
    public void OnRead(long bytes) => Other.OnReadThere(bytes);

    public void ThrowIfBroken()
    {
        if (_broken)
        {
            throw new IOException(BrokenText);
        }

        if (_otherGone)
        {
            throw new IOException("The other end has closed the connection.");
        }
    }

    /// <summary>Why nothing can be read any more, or null. Reading goes on to the end of what has arrived, also after the other end was closed.</summary>
    public IOException? FindFault() => _broken ? new IOException(BrokenText) : null;

    /// <summary>Lets a reader that waits go on after what is due already.</summary>
    public void WakeSoon()
    {
        if (Process is { } process)
        {
            process.Context.Post(Resume, _incoming);
        }
        else
        {
            _incoming.Resume();
        }
    }

    private async ValueTask<FlushResult> WaitAsync(TaskCompletionSource room, CancellationToken cancellationToken)
    {
        await using CancellationTokenRegistration given = cancellationToken.UnsafeRegister(
            static (state, token) => ((TaskCompletionSource)state!).TrySetCanceled(token), room);
        await room.Task;
        ThrowIfBroken();
        return new FlushResult(isCanceled: false, isCompleted: false);
    }

    private void Carry(Action<SimulatedConnection> arrive)
    {
        if (!IsLostInSilence)
        {
            SimulatedConnection other = Other;
            _there.Carry(SimulatedNetwork.Mark(Flow, () => arrive(other)), _host.EffectiveNow);
        }
    }

    private void OnReadThere(long bytes)
    {
        TaskCompletionSource? room = null;
        using (_sync.EnterIfAny())
        {
            _unread -= bytes;
            if (_unread < BufferBytes / 2)
            {
                room = _room;
                _room = null;
            }
        }

        room?.TrySetResult();
    }

    private void OnArrived(ReadOnlyMemory<byte> bytes)
    {
        if (_host.IsOff)
        {
            return;
        }

        if (_broken || _disposed || Process is { IsAlive: false })
        {
            // Nobody has this connection any more, and the machine says so.
            Carry(static other => other.OnReset());
            return;
        }

        if (!_incoming.Append(bytes.Span))
        {
            return;
        }

        // A reader goes on in the event that brings the bytes, unless its machine is held up: one event less for each message.
        if (Process is { IsAlive: true, Host.IsHeldUp: false } process)
        {
            process.Do(ResumeNow, _incoming);
        }
        else
        {
            WakeSoon();
        }
    }

    private void OnOtherGone()
    {
        _incoming.Finish();
        TaskCompletionSource? room;
        using (_sync.EnterIfAny())
        {
            _otherGone = true;
            room = _room;
            _room = null;
        }

        room?.TrySetResult();
    }
}
