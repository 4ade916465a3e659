using FedActors.Actors.Transport;
using FedActors.Simulation.Kernel;

namespace FedActors.Simulation.Network;

/// <summary>One process's way to the network.</summary>
internal sealed class SimulatedTransport(SimulatedNetwork network, SimulatedHost host, SimulatedProcess? process) : ITransport
{
    public string Name => "simulated";

    // As over TCP, so that it is here, too, that small messages narrow what is under way.
    public int BulkWindowBytes => 2 * 1024 * 1024;

    public ValueTask<ITransportListener> ListenAsync(TransportAddress address, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(address);
        return ValueTask.FromResult<ITransportListener>(network.Listen(host, process, address));
    }

    public ValueTask<ITransportConnection> ConnectAsync(TransportAddress address, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(address);
        return network.ConnectAsync(host, process, address, cancellationToken);
    }
}
