using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using FedActors.Actors.Transport.Tcp;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Actors.Transport;

/// <summary>What a flush hands to a socket in several pieces goes as one.</summary>
public sealed class SocketCorkTests : IAsyncLifetime
{
    // TCP_INFO, as Linux numbers it, and where in it stands how many packets with data have gone.
    private const int Information = 11;
    private const int InformationBytes = 160;
    private const int DataPacketsAt = 156;

    private readonly Socket _near = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private Socket? _far;

    public async Task InitializeAsync()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        await _near.ConnectAsync(listener.LocalEndPoint!);
        _far = await listener.AcceptAsync().Limit();
    }

    public Task DisposeAsync()
    {
        _near.Dispose();
        _far!.Dispose();
        return Task.CompletedTask;
    }

    /// <summary>The head was a packet of its own, for which the other side was woken.</summary>
    [Fact]
    public async Task Flush_OfAHeadAndBytesThatLieElsewhere_IsOnePacket()
    {
        await using var stream = new NetworkStream(_near, ownsSocket: false);
        var output = new StreamOutput(stream, encrypts: false, cork: new SocketCork(_near));
        byte[] body = [.. Enumerable.Range(0, 9000).Select(i => (byte)i)];

        for (int flush = 1; flush <= 3; flush++)
        {
            Write(output, (byte)flush);
            output.Refer(body);
            Write(output, 99);
            await output.FlushAsync();

            DataPackets().Should().Be(flush);
            (await ReceiveAsync(body.Length + 2)).Should().Equal([(byte)flush, .. body, 99]);
        }
    }

    [Fact]
    public async Task Release_AfterAFlush_HoldsNothingBackFromThenOn()
    {
        await using var stream = new NetworkStream(_near, ownsSocket: false);
        var output = new StreamOutput(stream, encrypts: false, cork: new SocketCork(_near));
        Write(output, 1);
        output.Refer(new byte[9000]);
        await output.FlushAsync();

        IsHeld().Should().BeFalse();
        Write(output, 2);
        await output.FlushAsync();
        DataPackets().Should().Be(2);
        IsHeld().Should().BeFalse();
    }

    [Fact]
    public void Hold_UntilRelease_HoldsBack()
    {
        var cork = new SocketCork(_near);
        cork.Hold();
        IsHeld().Should().BeTrue();
        _near.Send([1]);
        DataPackets().Should().Be(0);

        cork.Release();
        IsHeld().Should().BeFalse();
        DataPackets().Should().Be(1);
    }

    [Fact]
    public async Task Flush_IntoASocketThatIsClosed_IsABrokenConnection()
    {
        await using var stream = new NetworkStream(_near, ownsSocket: false);
        var output = new StreamOutput(stream, encrypts: false, cork: new SocketCork(_near));
        Write(output, 1);
        output.Refer(new byte[9000]);
        _near.Dispose();

        Func<Task> flush = async () => await output.FlushAsync();

        await flush.Should().ThrowAsync<IOException>();
    }

    private static void Write(StreamOutput output, byte value)
    {
        output.GetSpan(1)[0] = value;
        output.Advance(1);
    }

    private async Task<byte[]> ReceiveAsync(int bytes)
    {
        byte[] received = new byte[bytes];
        for (int at = 0; at < bytes;)
        {
            int read = await _far!.ReceiveAsync(received.AsMemory(at)).AsTask().Limit();
            read.Should().BePositive();
            at += read;
        }

        return received;
    }

    private bool IsHeld()
    {
        byte[] value = new byte[sizeof(int)];
        _near.GetRawSocketOption((int)SocketOptionLevel.Tcp, SocketCork.Option, value);
        return value[0] != 0;
    }

    private int DataPackets()
    {
        byte[] information = new byte[InformationBytes];
        _near.GetRawSocketOption((int)SocketOptionLevel.Tcp, Information, information).Should().Be(InformationBytes);
        return BinaryPrimitives.ReadInt32LittleEndian(information.AsSpan(DataPacketsAt));
    }
}
