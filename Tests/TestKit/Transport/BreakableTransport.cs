using System.Collections.Concurrent;
using FedActors.Actors.Transport;

namespace FedActors.Tests.TestKit.Transport;

/// <summary>A transport whose connections a test can break, freeze as a stopped process or a silent network would, or refuse.</summary>
public sealed class BreakableTransport(ITransport inner) : ITransport
{
    private readonly ConcurrentDictionary<BreakableConnection, bool> _open = new();
    private volatile Task _mayClose = Task.CompletedTask;
    private volatile bool _refusing;
    private int _dialled;

    public string Name => inner.Name;

    public int BulkWindowBytes => inner.BulkWindowBytes;

    /// <summary>Connections that were dialled and opened.</summary>
    public int Dialled => Volatile.Read(ref _dialled);

    /// <summary>Connections whose closing has not begun.</summary>
    public int Open => _open.Count;

    /// <summary>Breaks all connections that are open now.</summary>
    public void BreakAll()
    {
        foreach (BreakableConnection connection in _open.Keys)
        {
            connection.Abort();
        }
    }

    /// <summary>From now on nothing arrives on the connections that are open now, and nothing says so. Breaking or closing one ends it.</summary>
    public void FreezeAll()
    {
        foreach (BreakableConnection connection in _open.Keys)
        {
            connection.Freeze();
        }
    }

    /// <summary>Lets what was frozen arrive.</summary>
    public void ThawAll()
    {
        foreach (BreakableConnection connection in _open.Keys)
        {
            connection.Thaw();
        }
    }

    /// <summary>From now on closing a connection takes until this has ended.</summary>
    public void HoldClosing(Task until) => _mayClose = until;

    /// <summary>Whether attempts to connect fail.</summary>
    public void Refuse(bool refuse) => _refusing = refuse;

    public async ValueTask<ITransportListener> ListenAsync(TransportAddress address, CancellationToken cancellationToken = default) =>
        new Listener(this, await inner.ListenAsync(address, cancellationToken));

    public async ValueTask<ITransportConnection> ConnectAsync(TransportAddress address, CancellationToken cancellationToken = default)
    {
        if (_refusing)
        {
            throw new TransportException(TransportFault.Refused, $"Nobody listens on {address}, says the test.");
        }

        ITransportConnection connection = Wrap(await inner.ConnectAsync(address, cancellationToken));
        Interlocked.Increment(ref _dialled);
        return connection;
    }

    private BreakableConnection Wrap(ITransportConnection connection)
    {
        var wrapped = new BreakableConnection(connection, ended =>
        {
            _open.TryRemove(ended, out _);
            return _mayClose;
        });
        _open[wrapped] = true;
        return wrapped;
    }

    private sealed class Listener(BreakableTransport owner, ITransportListener listener) : ITransportListener
    {
        public TransportAddress Address => listener.Address;

        public async ValueTask<ITransportConnection?> AcceptAsync(CancellationToken cancellationToken = default) =>
            await listener.AcceptAsync(cancellationToken) is { } connection ? owner.Wrap(connection) : null;

        public ValueTask DisposeAsync() => listener.DisposeAsync();
    }
}
