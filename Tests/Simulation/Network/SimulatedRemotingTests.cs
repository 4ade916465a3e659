using FedActors.Actors.Transport;
using FedActors.Tests.Contracts;

namespace FedActors.Tests.Simulation.Network;

public sealed class SimulatedRemotingTests : RemotingContract, IDisposable
{
    private readonly PumpedNetwork _network = new("127.0.0.1");

    protected override ITransport Transport => _network.Transport;

    public void Dispose() => _network.Dispose();
}
