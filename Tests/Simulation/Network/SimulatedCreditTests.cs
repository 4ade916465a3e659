using FedActors.Actors.Transport;
using FedActors.Tests.Contracts;

namespace FedActors.Tests.Simulation.Network;

public sealed class SimulatedCreditTests : CreditContract, IDisposable
{
    private readonly PumpedNetwork _network = new("127.0.0.1");

    public void Dispose() => _network.Dispose();

    protected override ITransport Transport => _network.Transport;
}
