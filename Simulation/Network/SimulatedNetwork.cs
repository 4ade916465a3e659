using FedActors.Actors.Transport;
using FedActors.Simulation.Kernel;

namespace FedActors.Simulation.Network;

/// <summary>A network whose delays, losses and partitions are under control. Its time is that of an event queue.</summary>
public sealed class SimulatedNetwork
{
    private readonly EventQueue _queue;
    private readonly Trace? _trace;
    private readonly ulong _seed;
    private readonly Lock _sync = new();
    private readonly Dictionary<TransportAddress, SimulatedListener> _listeners = [];
    private readonly Dictionary<(string From, string To), NetworkPath> _paths = [];
    private readonly Dictionary<string, SimulatedHost> _hosts = new(StringComparer.Ordinal);
    private readonly List<SimulatedConnection> _connections = [];
    private int _nextPort = 1;
    private long _nextConnection;

    /// <summary>Creates a network without machines.</summary>
    /// <param name="queue">Decides when things happen.</param>
    /// <param name="seed">Decides latencies.</param>
    /// <param name="usual">How paths are until they are changed.</param>
    /// <param name="trace">Told of every arrival, or null.</param>
    public SimulatedNetwork(EventQueue queue, ulong seed, PathConditions usual, Trace? trace = null)
    {
        ArgumentNullException.ThrowIfNull(queue);
        ArgumentNullException.ThrowIfNull(usual);
        _queue = queue;
        _seed = seed;
        _trace = trace;
        Usual = usual;
    }

    /// <summary>How a path is until it is changed.</summary>
    public PathConditions Usual { get; }

    /// <summary>Connections that were broken so far.</summary>
    public long Broken { get; private set; }

    /// <summary>A process's way to the network. It ends with the process; with <see langword="null"/> it is nobody's in particular.</summary>
    /// <param name="host">Whom it belongs to.</param>
    /// <param name="process">Its process.</param>
    public ITransport TransportOf(SimulatedHost host, SimulatedProcess? process = null)
    {
        ArgumentNullException.ThrowIfNull(host);
        lock (_sync)
        {
            _hosts[host.Name] = host;
        }

        if (process is not null)
        {
            process.Ended += () => OnProcessEnded(process);
        }

        return new SimulatedTransport(this, host, process);
    }

    /// <summary>The way from one machine to another, by their names.</summary>
    public NetworkPath PathOf(string from, string to)
    {
        lock (_sync)
        {
            if (!_paths.TryGetValue((from, to), out NetworkPath? path))
            {
                path = new NetworkPath(_queue, _trace, _seed, from, to, (ulong)_paths.Count, Usual);
                _paths.Add((from, to), path);
            }

            return path;
        }
    }

    /// <summary>Breaks the connections between two machines.</summary>
    /// <param name="one">A machine that notices.</param>
    /// <param name="other">The other.</param>
    /// <param name="bothNotice">Whether the other notices too. Otherwise it finds out when it hears nothing any more.</param>
    /// <returns>How many there were.</returns>
    public int Break(string one, string other, bool bothNotice)
    {
        SimulatedConnection[] ends;
        lock (_sync)
        {
            ends = [.. _connections.Where(end => end.From == one && end.To == other)];
        }

        foreach (SimulatedConnection end in ends)
        {
            Broken++;
            end.OnReset();
            if (bothNotice)
            {
                end.Other.OnReset();
            }
            else
            {
                end.Other.IsLostInSilence = true;
            }
        }

        return ends.Length;
    }

    /// <summary>What the operating system does when a process ends: its sockets are closed, and others hear of it if the machine still speaks.</summary>
    internal void OnProcessEnded(SimulatedProcess process)
    {
        SimulatedConnection[] ends;
        lock (_sync)
        {
            foreach (SimulatedListener listener in _listeners.Values.Where(listener => listener.Process == process).ToArray())
            {
                _listeners.Remove(listener.Address);
            }

            ends = [.. _connections.Where(end => end.Process == process)];
            _connections.RemoveAll(end => end.Process == process);
        }

        foreach (SimulatedConnection end in ends)
        {
            end.OnProcessEnded();
        }
    }

    internal SimulatedListener Listen(SimulatedHost host, SimulatedProcess? process, TransportAddress address)
    {
        lock (_sync)
        {
            TransportAddress bound = address.Port == 0 ? FreeAddress(address.Host) : address;
            var listener = new SimulatedListener(this, host, process, bound);
            if (!_listeners.TryAdd(bound, listener))
            {
                throw new TransportException(
                    TransportFault.AddressInUse, $"Port {bound.Port} on {bound.Host} is in use: stop what listens there, or choose another port (0 takes a free one).");
            }

            return listener;
        }
    }

    internal ValueTask<ITransportConnection> ConnectAsync(SimulatedHost from, SimulatedProcess? process, TransportAddress address, CancellationToken cancellationToken)
    {
        var answer = new TaskCompletionSource<ITransportConnection>(TaskCreationOptions.RunContinuationsAsynchronously);
        NetworkPath there = PathOf(from.Name, address.Host);
        NetworkPath back = PathOf(address.Host, from.Name);

        // It goes with the dialer's source, which lives as long as the attempt.
        cancellationToken.UnsafeRegister(static (state, token) => ((TaskCompletionSource<ITransportConnection>)state!).TrySetCanceled(token), answer);
        there.Carry(Mark(new Flow(), () => OnDialled(from, process, address, there, back, answer)), from.EffectiveNow);

        // Not awaited here: a refusal would be thrown twice, and campaigns have many.
        return new ValueTask<ITransportConnection>(answer.Task);
    }

    internal void Forget(SimulatedListener listener)
    {
        lock (_sync)
        {
            if (_listeners.GetValueOrDefault(listener.Address) == listener)
            {
                _listeners.Remove(listener.Address);
            }
        }
    }

    internal void Forget(SimulatedConnection end)
    {
        lock (_sync)
        {
            _connections.Remove(end);
        }
    }

    internal static Parcel Mark(Flow flow, Action arrive) => new(flow, Parcel.MarkBytes, ReadOnlyMemory<byte>.Empty, _ => arrive());

    /// <summary>A dialer's first packet has arrived.</summary>
    private void OnDialled(
        SimulatedHost from, SimulatedProcess? process, TransportAddress address, NetworkPath there, NetworkPath back, TaskCompletionSource<ITransportConnection> answer)
    {
        SimulatedListener? listener;
        SimulatedHost? host;
        lock (_sync)
        {
            _listeners.TryGetValue(address, out listener);
            host = listener?.Host ?? _hosts.GetValueOrDefault(address.Host);
        }

        if (host?.IsOff == true)
        {
            return;
        }

        if (listener is null)
        {
            back.Carry(
                Mark(new Flow(), () => answer.TrySetException(new TransportException(TransportFault.Refused, $"Nobody listens on {address}."))),
                _queue.NowTicks);
            return;
        }

        var dialled = new SimulatedConnection(this, from, process, host!, address.ToString(), there);
        var accepted = new SimulatedConnection(this, host!, listener.Process, from, $"{from.Name}-{Interlocked.Increment(ref _nextConnection)}", back);
        dialled.Join(accepted);
        lock (_sync)
        {
            _connections.Add(dialled);
            _connections.Add(accepted);
        }

        // The answer goes before anything that the accepted end sends.
        back.Carry(Mark(accepted.Flow, () => Answer(dialled, answer)), _queue.NowTicks);
        listener.Enqueue(accepted);
    }

    private static void Answer(SimulatedConnection dialled, TaskCompletionSource<ITransportConnection> answer)
    {
        if (dialled.Process is { IsAlive: false } || !answer.TrySetResult(dialled))
        {
            // The dialer has given up.
            dialled.Abort();
        }
    }

    private TransportAddress FreeAddress(string host)
    {
        var address = new TransportAddress(host, _nextPort++);
        while (_listeners.ContainsKey(address))
        {
            address = address with { Port = _nextPort++ };
        }

        return address;
    }
}
