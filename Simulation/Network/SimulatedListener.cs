using System.Threading.Channels;
using FedActors.Actors.Transport;
using FedActors.Simulation.Kernel;

namespace FedActors.Simulation.Network;

/// <summary>One address of a <see cref="SimulatedNetwork"/>.</summary>
internal sealed class SimulatedListener(SimulatedNetwork network, SimulatedHost host, SimulatedProcess? process, TransportAddress address) : ITransportListener
{
    /// <summary>Connections waiting to be accepted, as a TCP backlog; a further one is reset.</summary>
    private const int Backlog = 128;

    private readonly Channel<SimulatedConnection> _waiting = Channel.CreateBounded<SimulatedConnection>(Backlog);

    public TransportAddress Address { get; } = address;

    public SimulatedHost Host { get; } = host;

    public SimulatedProcess? Process { get; } = process;

    public async ValueTask<ITransportConnection?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (await _waiting.Reader.WaitToReadAsync(cancellationToken))
        {
            if (_waiting.Reader.TryRead(out SimulatedConnection? connection))
            {
                return connection;
            }
        }

        return null;
    }

    public ValueTask DisposeAsync()
    {
        network.Forget(this);
        _waiting.Writer.TryComplete();
        while (_waiting.Reader.TryRead(out SimulatedConnection? connection))
        {
            connection.Abort();
        }

        return ValueTask.CompletedTask;
    }

    public void Enqueue(SimulatedConnection connection)
    {
        if (!_waiting.Writer.TryWrite(connection))
        {
            connection.Abort();
        }
    }
}
