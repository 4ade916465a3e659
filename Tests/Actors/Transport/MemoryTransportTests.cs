using FedActors.Actors.Transport;
using FedActors.Actors.Transport.Memory;
using FedActors.Tests.Contracts;

namespace FedActors.Tests.Actors.Transport;

public sealed class MemoryTransportTests : TransportContract
{
    protected override ITransport Transport { get; } = new MemoryTransport();

    [Fact]
    public async Task Instances_TwoOfThem_AreNetworksOfTheirOwn()
    {
        await using ITransportListener listener = await Transport.ListenAsync(new TransportAddress("a", 1));
        Func<Task> connect = async () => await new MemoryTransport().ConnectAsync(listener.Address);

        await connect.Should().ThrowAsync<TransportException>();
    }
}
