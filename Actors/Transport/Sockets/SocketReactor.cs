namespace FedActors.Actors.Transport.Sockets;

/// <summary>Waits for sockets on a thread of its own, which goes on with what comes of those of which little comes and often.</summary>
/// <remarks>
/// <para>One thread leads: it waits for the sockets. Another stands by: it looks after the one that leads, and takes its place when a turn of
/// somebody's code does not come to an end there; what waits in that one's line goes to the pool. Neither needs the pool for it. A thread
/// that has lost its place stands by again, or ends, when its turn is over. When <see cref="MostThreads"/> are held nobody stands by, all
/// that comes is the pool's, and nothing can hold up the one that leads.</para>
/// <para>The threads live for as long as there are sockets.</para>
/// <para>A socket is known to the system's list by a number that no other ever has, so that an event which was fetched before the socket
/// was closed is nobody's. It is taken out of the list before it is closed: a program that is just being started holds a copy, and the
/// system would tell of that.</para>
/// </remarks>
internal sealed class SocketReactor(TimeProvider time, SocketLog log)
{
    /// <summary>Threads at most, those that are held by a turn that does not end included.</summary>
    public const int MostThreads = 8;

    /// <summary>A thread that the system does not grant is asked for again after so long.</summary>
    private static readonly TimeSpan PauseAfterRefusal = TimeSpan.FromSeconds(1);

    private readonly Lock _sync = new();
    private readonly Stack<int> _free = new();

    // By the lower half of their ids.
    private volatile PolledSocket?[] _sockets = [];
    private uint _added;
    private int _count;
    private int _threads;
    private long? _refusedAt;
    private Exception? _failure;
    private volatile ReactorThread? _leader;
    private volatile ReactorThread? _standby;

    /// <summary>The system's list of the sockets.</summary>
    public Epoll Poll { get; } = new();

    public TimeProvider Time => time;

    public SocketLog Log => log;

    /// <summary>Who takes the place of the one that leads if that must be, or null: then nobody's code may run there.</summary>
    public ReactorThread? Standby => _standby;

    /// <summary>Who waits for the sockets, or null if there are none.</summary>
    public ReactorThread? Leader => _leader;

    /// <summary>Whether somebody stands by. Asked by the one that leads, before it runs anybody's code.</summary>
    public bool HasStandby() => _standby is not null || TryStartStandby();

    /// <summary>Threads that there are now.</summary>
    public int Threads
    {
        get
        {
            lock (_sync)
            {
                return _threads;
            }
        }
    }

    /// <summary>Sockets that are waited for now.</summary>
    public int Count
    {
        get
        {
            lock (_sync)
            {
                return _count;
            }
        }
    }

    /// <summary>Begins to wait for a socket.</summary>
    /// <exception cref="IOException">The system does not let it, or has stopped doing so.</exception>
    public void Add(PolledSocket socket)
    {
        lock (_sync)
        {
            if (_failure is not null)
            {
                throw new IOException("The sockets of this transport cannot be waited for any more, as its log says: make another transport.", _failure);
            }

            int place = _free.Count > 0 ? _free.Pop() : Grow();
            socket.Id = ((ulong)++_added << 32) | (uint)place;
            Volatile.Write(ref _sockets[place], socket);
            try
            {
                Poll.Add(socket.Socket.SafeHandle, socket.Id);
            }
            catch
            {
                _sockets[place] = null;
                _free.Push(place);
                throw;
            }

            // Who adds it closes it if this fails, and then it counts no more.
            _count++;
            _leader ??= Start(leads: true);
        }
    }

    /// <summary>Waits for a socket no more. Does nothing about one that it does not know.</summary>
    public void Remove(PolledSocket socket)
    {
        lock (_sync)
        {
            int place = (int)(uint)socket.Id;
            if (socket.Id == 0 || _sockets[place] != socket)
            {
                return;
            }

            _sockets[place] = null;
            _free.Push(place);
            if (--_count == 0)
            {
                Poll.Ring();
            }

            Poll.Remove(socket.Socket.SafeHandle);
        }
    }

    /// <summary>The socket of that number, or null if it has been closed meanwhile.</summary>
    public PolledSocket? Find(ulong id)
    {
        PolledSocket?[] sockets = _sockets;
        uint place = (uint)id;
        return place < (uint)sockets.Length && Volatile.Read(ref sockets[place]) is { } socket && socket.Id == id ? socket : null;
    }

    /// <summary>The one that leads ends if there is nothing to wait for.</summary>
    /// <returns>Whether it must.</returns>
    public bool TryEnd(ReactorThread leader)
    {
        lock (_sync)
        {
            if (_leader != leader || _count > 0)
            {
                return _leader != leader;
            }

            _leader = null;
            _standby?.Dismiss();
            _standby = null;
            return true;
        }
    }

    /// <summary>The one that stands by takes the lead, if the other is still held.</summary>
    /// <returns>Whether it leads now.</returns>
    public bool TryTakeOver(ReactorThread standby)
    {
        int threads;
        lock (_sync)
        {
            if (_standby != standby || _leader is not { } held || !held.TryDepose())
            {
                return false;
            }

            // To begin a thread takes longer than sockets should wait: the next to stand by begins when it is needed.
            _leader = standby;
            _standby = null;
            held.Spread();
            threads = _threads;
        }

        log.OnLeadTaken(threads);
        return true;
    }

    /// <summary>Who has lost the lead and is free again stands by, if nobody does.</summary>
    public bool TryStandBy(ReactorThread thread)
    {
        lock (_sync)
        {
            if (_leader is null || _standby is not null)
            {
                return false;
            }

            _standby = thread;
            return true;
        }
    }

    /// <summary>A thread has ended.</summary>
    public void OnLeft()
    {
        lock (_sync)
        {
            _threads--;
        }
    }

    /// <summary>A thread has failed. If it led, the sockets cannot be waited for any more: all of them are closed, so that whoever uses them learns of it.</summary>
    public void OnFailed(ReactorThread thread, Exception failure)
    {
        PolledSocket?[] closing = [];
        lock (_sync)
        {
            if (_leader == thread)
            {
                _failure = failure;
                _leader = null;
                _standby?.Dismiss();
                _standby = null;
                closing = _sockets;
            }
            else if (_standby == thread)
            {
                _standby = null;
            }
        }

        foreach (PolledSocket? socket in closing)
        {
            socket?.Close();
        }

        if (closing.Length > 0)
        {
            log.OnReactorFailed(failure);
        }
        else
        {
            log.OnThreadFailed(failure);
        }
    }

    private bool TryStartStandby()
    {
        IOException refusal;
        lock (_sync)
        {
            if (_standby is not null || _leader is null || _threads >= MostThreads
                || (_refusedAt is { } refused && time.GetElapsedTime(refused) < PauseAfterRefusal))
            {
                return _standby is not null;
            }

            try
            {
                _standby = Start(leads: false);
                return true;
            }
            catch (IOException e)
            {
                _refusedAt = time.GetTimestamp();
                refusal = e;
            }
        }

        log.OnThreadFailed(refusal);
        return false;
    }

    private ReactorThread Start(bool leads)
    {
        var thread = new ReactorThread(this, leads);
        try
        {
            thread.Start();
        }
        catch (Exception e) when (e is OutOfMemoryException or ThreadStartException)
        {
            throw new IOException("The system grants no further thread to wait for sockets with.", e);
        }

        _threads++;
        return thread;
    }

    private int Grow()
    {
        PolledSocket?[] sockets = _sockets;
        int place = sockets.Length;
        Array.Resize(ref sockets, Math.Max(16, 2 * place));
        for (int i = sockets.Length - 1; i > place; i--)
        {
            _free.Push(i);
        }

        _sockets = sockets;
        return place;
    }
}
