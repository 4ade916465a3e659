using FedActors.Actors.Transport;
using FedActors.Actors.Transport.Tcp;
using FedActors.Tests.Contracts;

namespace FedActors.Tests.Actors.Transport;

public sealed class TcpTransportTests : TransportContract
{
    protected override ITransport Transport { get; } = new TcpTransport();

    [Fact]
    public async Task Listen_OnAnAddressOfAnotherMachine_SaysSo()
    {
        Func<Task> listen = async () => await Transport.ListenAsync(new TransportAddress("192.0.2.1", 0));

        (await listen.Should().ThrowAsync<TransportException>().WithMessage("*192.0.2.1*"))
            .Which.Fault.Should().Be(TransportFault.InvalidAddress);
    }

    [Fact]
    public async Task Name_Localhost_ListensAndConnects()
    {
        await using ITransportListener listener = await Transport.ListenAsync(new TransportAddress("localhost", 0));
        await using ITransportConnection connection = await Transport.ConnectAsync(listener.Address);

        connection.RemoteAddress.Should().Be($"localhost:{listener.Address.Port}");
    }
}
