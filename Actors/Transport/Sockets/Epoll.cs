using System.ComponentModel;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace FedActors.Actors.Transport.Sockets;

/// <summary>Linux's own way to wait for many sockets at once: epoll(7), told of each change once (edge-triggered).</summary>
/// <remarks>
/// A socket is entered once and taken out once, so that waiting for it is no system call; in return whoever waits must have read or
/// written until nothing more went. Its handles are safe ones: none is closed while a call is inside.
/// </remarks>
internal sealed partial class Epoll : IDisposable
{
    // From sys/epoll.h, where these are the same on every architecture.
    private const uint EdgeTriggered = 1u << 31;
    private const int CloseOnExec = 0x80000;
    private const int NonBlocking = 0x800;
    private const int Enter = 1;
    private const int TakeOut = 2;
    private const int Interrupted = 4;

    /// <summary>Events that one call brings: a few for each of many busy sockets, and the rest with the next call.</summary>
    private const int MostEvents = 256;

    // What is told of the bell: no number of a socket.
    private const ulong BellId = ulong.MaxValue;

    // The kernel packs its structure on x86-64, for the sake of 32-bit programs of x86, and nowhere else.
    private static readonly int EventBytes = RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.X86 ? 12 : 16;
    private static readonly int IdOffset = EventBytes - sizeof(ulong);

    private readonly SafeFileHandle _poll;
    private readonly SafeFileHandle _bell;

    public Epoll()
    {
        _poll = new SafeFileHandle(Checked(EpollCreate(CloseOnExec), "epoll_create1"), ownsHandle: true);
        _bell = new SafeFileHandle(Checked(EventFd(0, CloseOnExec | NonBlocking), "eventfd"), ownsHandle: true);
        Control(Enter, _bell, SocketEvents.Readable | (SocketEvents)EdgeTriggered, BellId);
    }

    /// <summary>Room for the events of one call. Each thread that waits has its own.</summary>
    public static byte[] MakeRoom() => GC.AllocateArray<byte>(MostEvents * EventBytes, pinned: true);

    /// <summary>Begins to tell of a socket. What it is ready for already is told, too.</summary>
    /// <param name="socket">Not to be entered twice.</param>
    /// <param name="id">Told with each of its events.</param>
    public void Add(SafeSocketHandle socket, ulong id) => Control(
        Enter,
        socket,
        SocketEvents.Readable | SocketEvents.Writable | SocketEvents.PeerEnded | (SocketEvents)EdgeTriggered,
        id);

    /// <summary>Tells nothing more of a socket, but for what has been fetched already. Called before the socket is closed, which would do it, too, if nobody else had a copy.</summary>
    public unsafe void Remove(SafeSocketHandle socket)
    {
        try
        {
            _ = EpollControl(_poll, TakeOut, socket, null);
        }
        catch (ObjectDisposedException)
        {
            // Whoever closed it has taken it out by that.
        }
    }

    /// <summary>Has whoever waits return.</summary>
    public unsafe void Ring()
    {
        ulong one = 1;
        _ = Write(_bell, &one, sizeof(ulong));
    }

    /// <summary>Fetches what has happened.</summary>
    /// <param name="room">For the events, from <see cref="MakeRoom"/>.</param>
    /// <param name="mayWait">Whether to wait if nothing has.</param>
    /// <returns>How many events there are.</returns>
    public unsafe int Wait(byte[] room, bool mayWait)
    {
        int count;
        fixed (byte* events = room)
        {
            count = EpollWait(_poll, events, MostEvents, mayWait ? -1 : 0);
        }

        return count >= 0 || Marshal.GetLastPInvokeError() == Interrupted ? Math.Max(0, count) : Checked(count, "epoll_wait");
    }

    /// <summary>One of the events that were fetched, or null if that was the bell.</summary>
    public static (ulong Id, SocketEvents Events)? Read(ReadOnlySpan<byte> room, int index)
    {
        ReadOnlySpan<byte> entry = room.Slice(index * EventBytes, EventBytes);
        ulong id = MemoryMarshal.Read<ulong>(entry[IdOffset..]);
        return id == BellId ? null : (id, (SocketEvents)MemoryMarshal.Read<uint>(entry));
    }

    public void Dispose()
    {
        _poll.Dispose();
        _bell.Dispose();
    }

    private unsafe void Control(int operation, SafeHandle file, SocketEvents events, ulong id)
    {
        byte* entry = stackalloc byte[EventBytes];
        *(uint*)entry = (uint)events;
        *(ulong*)(entry + IdOffset) = id;
        Checked(EpollControl(_poll, operation, file, entry), "epoll_ctl");
    }

    private static int Checked(int result, string call) =>
        result >= 0 ? result : throw new IOException($"{call} failed: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}.");

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    private static partial int EpollCreate(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    private static unsafe partial int EpollControl(SafeFileHandle poll, int operation, SafeHandle file, byte* entry);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    private static unsafe partial int EpollWait(SafeFileHandle poll, byte* events, int most, int milliseconds);

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    private static partial int EventFd(uint count, int flags);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static unsafe partial nint Write(SafeFileHandle file, void* bytes, nint count);
}
