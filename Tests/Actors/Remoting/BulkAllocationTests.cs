using System.Threading.Channels;
using FedActors.Actors;
using FedActors.Actors.Serialization;
using FedActors.Actors.Transport;
using FedActors.Actors.Transport.Memory;
using FedActors.Tests.TestKit;
using FedActors.Tests.TestKit.Remoting;
using Xunit.Abstractions;

namespace FedActors.Tests.Actors.Remoting;

/// <summary>A large message costs its receiver the memory that it is, and not even that where the one before it was given back.</summary>
[Collection(nameof(AloneOnTheMachine))]
public sealed class BulkAllocationTests(ITestOutputHelper output)
{
    private const int Messages = 20;
    private const int Values = 2_500_000;
    private const long Payload = (long)Values * sizeof(float);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task LargeMessages_OfTenMegabytes_CostThePayloadAndAWindow(bool isGivenBack)
    {
        var transport = new MemoryTransport();
        await using ActorSystem server = TestNodes.Create(transport, "server");
        await using ActorSystem client = TestNodes.Create(transport, "client");
        var arrived = Channel.CreateUnbounded<Owned>();
        server.SpawnSink("sink", message => arrived.Writer.TryWrite((Owned)message));
        ActorRef sink = client.Remote.Connect(await server.Remote.ListenAsync(TestNodes.AnyPort)).ActorOf("sink");
        var sent = new Owned(new float[Values], null, ReadOnlyMemory<float>.Empty);
        for (int i = 0; i < 3; i++)
        {
            await SendAsync();
        }

        long before = GC.GetTotalAllocatedBytes(precise: true);
        for (int i = 0; i < Messages; i++)
        {
            await SendAsync();
        }

        long each = (GC.GetTotalAllocatedBytes(precise: true) - before) / Messages;
        output.WriteLine($"{each:N0} bytes for each message of {Payload:N0}");
        long expected = isGivenBack ? 0 : Payload;
        each.Should().BeLessThan(expected + transport.BulkWindowBytes);

        async Task SendAsync()
        {
            await sink.TellAsync(sent);
            Owned received = await arrived.Reader.ReadAsync().Limit();
            received.Values.Length.Should().Be(Values);
            if (isGivenBack)
            {
                received.Owner!.Dispose();
            }
        }
    }
}
