using System.ComponentModel;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using FedActors.Actors.Scheduling;
using FedActors.Actors.Transport.Tcp;

namespace FedActors.Actors.Transport.Sockets;

/// <summary>A socket that the reactor waits for, and .NET never does: all its calls return at once.</summary>
/// <remarks>
/// One reads and one writes at a time. <see cref="Close"/> may be called at any time and from any thread: it ends both waits, and a call
/// that is inside the socket holds its handle, which is closed behind it. The reactor is told first, since a number that the system
/// has given to another socket meanwhile would take that one out of its watch.
/// </remarks>
internal sealed partial class PolledSocket : ILineOrigin
{
    // From errno.h, as Linux numbers them on x64 and Arm.
    private const int Interrupted = 4;
    private const int InProgress = 115;

    private readonly SocketReactor _reactor;
    private readonly Conversation _conversation;
    private readonly SocketWait _readable = new();
    private readonly SocketWait _writable = new();
    private int _closed;
    private volatile bool _hasEndedWriting;

    // Nothing is left to read until the next event. Of who reads alone.
    private bool _isDrained;

    // Something may be left to read that no event tells of any more.
    private volatile bool _isEnding;

    /// <param name="reactor">Waits for it, from <see cref="Watch"/> on.</param>
    /// <param name="socket">Never used asynchronously: .NET would wait for it, too, from then on.</param>
    /// <param name="time">Measures pauses in what comes.</param>
    public PolledSocket(SocketReactor reactor, Socket socket, TimeProvider time)
    {
        _reactor = reactor;
        _conversation = new Conversation(time);
        Socket = socket;
        socket.Blocking = false;
    }

    public Socket Socket { get; }

    /// <summary>The reactor's number for it, or 0 while it has none.</summary>
    public ulong Id { get; set; }

    /// <summary>Begins to be waited for. Called once, before anybody waits.</summary>
    public void Watch() => _reactor.Add(this);

    /// <summary>Connects.</summary>
    /// <exception cref="SocketException">It does not.</exception>
    public async ValueTask ConnectAsync(IPEndPoint to, CancellationToken cancellationToken)
    {
        bool isUnderWay = BeginToConnect(to);

        // Not before: a socket that is no connection yet counts as ended.
        Watch();
        try
        {
            while (isUnderWay && !Socket.Poll(0, SelectMode.SelectWrite) && !Socket.Poll(0, SelectMode.SelectError))
            {
                await _writable.WaitAsync(goesOnHere: false, cancellationToken);
            }

            int error = (int)Socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error)!;
            if (error != (int)SocketError.Success)
            {
                throw new SocketException(error);
            }
        }
        catch (ObjectDisposedException e)
        {
            throw SocketFault.OnBrokenOff(e);
        }
    }

    /// <summary>Accepts a connection of a socket that listens.</summary>
    public async ValueTask<Socket> AcceptAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                if (Socket.Poll(0, SelectMode.SelectRead))
                {
                    return Socket.Accept();
                }
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.WouldBlock)
            {
                // Whoever dialled has gone again.
            }
            catch (ObjectDisposedException e)
            {
                throw SocketFault.OnBrokenOff(e);
            }

            await _readable.WaitAsync(goesOnHere: false, cancellationToken);
        }
    }

    /// <summary>Tries to read.</summary>
    /// <returns>How many bytes, 0 at the end; null if who reads must await <see cref="WhenReadableAsync"/> first.</returns>
    /// <exception cref="IOException">The connection is broken.</exception>
    public int? TryReceive(Span<byte> destination, SocketFlags flags = SocketFlags.None)
    {
        if (_isDrained && !_isEnding)
        {
            return null;
        }

        int read;
        try
        {
            read = Try(Socket.Receive(destination, flags, out SocketError error), error);
        }
        catch (ObjectDisposedException e)
        {
            throw SocketFault.OnBrokenOff(e);
        }

        if (read < 0)
        {
            _isDrained = true;
            return null;
        }

        if (flags == SocketFlags.None)
        {
            // A stream that gives less than it is asked for has no more (epoll(7)).
            _isDrained = read < destination.Length;
            bool wasQuick = _conversation.IsQuick;
            _conversation.OnRead(read);
            IsLeaving = wasQuick && !_conversation.IsQuick;
        }

        return read;
    }

    /// <summary>Whether who has just read may be on the thread that waits for the sockets, with more than belongs there. Asked by who reads.</summary>
    public bool IsLeaving { get; private set; }

    /// <summary>Whether there may be something to read, so that waiting for it is over.</summary>
    public bool MayHaveMore => !_isDrained || _isEnding;

    /// <summary>Waits until it is worth to try to read again.</summary>
    public ValueTask WhenReadableAsync(CancellationToken cancellationToken)
    {
        // For the time after: nobody reads meanwhile.
        _isDrained = false;
        return _readable.WaitAsync(_conversation.IsQuick, cancellationToken);
    }

    /// <summary>Tries to write.</summary>
    /// <returns>How many bytes went; null if who writes must await <see cref="WhenWritableAsync"/> first.</returns>
    /// <exception cref="IOException">The connection is broken.</exception>
    public int? TrySend(ReadOnlySpan<byte> bytes)
    {
        try
        {
            int sent = Try(Socket.Send(bytes, SocketFlags.None, out SocketError error), error);
            return sent < 0 ? null : sent;
        }
        catch (ObjectDisposedException e)
        {
            throw SocketFault.OnBrokenOff(e);
        }
    }

    /// <summary>Waits until it is worth to try to write again.</summary>
    public ValueTask WhenWritableAsync(CancellationToken cancellationToken) => _writable.WaitAsync(goesOnHere: false, cancellationToken);

    /// <summary>Sends the end behind what was written.</summary>
    public void EndWriting()
    {
        _hasEndedWriting = true;
        Socket.Shutdown(SocketShutdown.Send);
    }

    /// <summary>Closes the socket, and ends all waits.</summary>
    /// <remarks>
    /// As .NET does it, who closes while somebody reads or writes breaks the connection off: the other side sees a reset, and what it has
    /// not taken is thrown away. The system would otherwise keep that for minutes for one that takes nothing.
    /// </remarks>
    public void Close()
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0)
        {
            return;
        }

        _reactor.Remove(this);
        if (!_hasEndedWriting && (_readable.IsAwaited || _writable.IsAwaited))
        {
            TryReset();
        }

        Socket.Dispose();
        _readable.Close();
        _writable.Close();
    }

    /// <summary>Something happened. Called by the thread that waits for the sockets.</summary>
    /// <param name="events">What.</param>
    /// <param name="line">The line of that thread, or null if nothing may go on there.</param>
    public void OnEvents(SocketEvents events, TurnLine? line)
    {
        const SocketEvents Ending = SocketEvents.PeerEnded | SocketEvents.Ended | SocketEvents.Failed;
        if ((events & Ending) != 0)
        {
            _isEnding = true;
        }

        if ((events & (SocketEvents.Readable | Ending)) != 0)
        {
            _readable.Signal(line, this);
        }

        if ((events & (SocketEvents.Writable | SocketEvents.Ended | SocketEvents.Failed)) != 0)
        {
            _writable.Signal(line, this);
        }
    }

    void ILineOrigin.OnHolding() => _conversation.OnHolding();

    private void TryReset()
    {
        try
        {
            Socket.LingerState = new LingerOption(enable: true, seconds: 0);
        }
        catch (SocketException)
        {
            // It is no connection any more.
        }
    }

    private bool BeginToConnect(IPEndPoint to)
    {
        SocketAddress address = to.Serialize();
        if (Connect(Socket.SafeHandle, address.Buffer.Span[..address.Size], address.Size) == 0)
        {
            return false;
        }

        int error = Marshal.GetLastPInvokeError();
        return error is InProgress or Interrupted ? true : throw new SocketException((int)ConnectFault.Of(error), new Win32Exception(error).Message);
    }

    /// <returns>A negative number if it would have to wait.</returns>
    private static int Try(int bytes, SocketError error) => error switch
    {
        SocketError.Success => bytes,
        SocketError.WouldBlock => -1,
        _ => throw new IOException($"The connection is broken: {new SocketException((int)error).Message}.", new SocketException((int)error)),
    };

    [LibraryImport("libc", EntryPoint = "connect", SetLastError = true)]
    private static partial int Connect(SafeSocketHandle socket, ReadOnlySpan<byte> address, int length);
}
