using System.Net;
using System.Net.Sockets;
using FedActors.Actors.Transport;
using FedActors.Actors.Transport.Tcp;
using FedActors.Tests.TestKit;
using FedActors.Tests.TestKit.Transport;

namespace FedActors.Tests.Actors.Transport;

/// <summary>Who breaks a connection off throws away what the other side has not taken: the system would keep it for minutes, for each connection of a peer that takes nothing.</summary>
public sealed class AbortedConnectionTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Abort_OfOneThatTakesNothing_IsAResetThere(bool lowLatency)
    {
        var transport = new TcpTransport(new TcpTransportOptions { LowLatency = lowLatency });
        await using ITransportListener listener = await transport.ListenAsync(new TransportAddress("127.0.0.1", 0));
        using var peer = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        await peer.ConnectAsync(new IPEndPoint(IPAddress.Loopback, listener.Address.Port));
        await using ITransportConnection connection = (await listener.AcceptAsync().Limit())!;
        await connection.OpenAsync();
        Task reading = connection.Input.ReadAsync().AsTask();
        Task writing = connection.Output.WriteAsync(new byte[16 << 20]).AsTask();

        connection.Abort();

        Func<Task> toTheEnd = async () =>
        {
            byte[] room = new byte[1 << 16];
            while (await peer.ReceiveAsync(room).WaitAsync(Eventually.Limit, TimeProvider.System) > 0)
            {
            }
        };
        (await toTheEnd.Should().ThrowAsync<SocketException>()).Which.SocketErrorCode.Should().Be(SocketError.ConnectionReset);
        await reading.Awaiting(task => task.Limit()).Should().ThrowAsync<IOException>();
        await writing.Awaiting(task => task.Limit()).Should().ThrowAsync<IOException>();
    }

    /// <summary>A refusal is written and then the connection is closed, with nobody reading: it must arrive.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Dispose_WithoutAReadUnderWay_LetsTheLastWordArrive(bool lowLatency)
    {
        var transport = new TcpTransport(new TcpTransportOptions { LowLatency = lowLatency });
        await using ITransportListener listener = await transport.ListenAsync(new TransportAddress("127.0.0.1", 0));
        await using ConnectionPair pair = await ConnectionPair.OpenAsync(transport, listener);
        await pair.Accepted.Output.WriteAsync(new byte[1000]);

        await pair.Accepted.DisposeAsync();

        int read = 0;
        while (true)
        {
            System.IO.Pipelines.ReadResult result = await pair.Dialled.Input.ReadAsync().Limit();
            read += (int)result.Buffer.Length;
            pair.Dialled.Input.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
            {
                break;
            }
        }

        read.Should().Be(1000);
    }
}
