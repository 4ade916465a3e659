using System.Net.Sockets;
using FedActors.Actors.Transport;
using FedActors.Actors.Transport.Tcp;
using FedActors.Tests.TestKit;
using FedActors.Tests.TestKit.Transport;

namespace FedActors.Tests.Actors.Transport;

/// <summary>TLS 1.1 is refused by either side, for its version: the same bytes with the version of TLS 1.2 go on.</summary>
/// <remarks>The old side is bytes, not a library: one that will not speak TLS 1.1 itself would make the test pass for nothing.</remarks>
public sealed class TlsVersionTests
{
    private const byte AlertRecord = 0x15;
    private const byte HandshakeRecord = 0x16;
    private const byte ServerHelloMessage = 2;

    // RFC 8446, section 6: protocol_version.
    private const byte ProtocolVersionAlert = 70;

    [Fact]
    public async Task Dialer_OfTls11_IsRefusedForItsVersion()
    {
        (byte[] answer, Task opening) = await GreetAsync(minor: 2);

        answer[0].Should().Be(AlertRecord);
        answer[6].Should().Be(ProtocolVersionAlert);
        Func<Task> open = () => opening.Limit();
        (await open.Should().ThrowAsync<TransportException>().WithMessage("*no version of TLS that is spoken here*"))
            .Which.Fault.Should().Be(TransportFault.NoCommonProtocol);
    }

    [Fact]
    public async Task Dialer_OfTls12WithTheSameWords_IsAnswered()
    {
        (byte[] answer, Task opening) = await GreetAsync(minor: 3);

        answer[0].Should().Be(HandshakeRecord);
        answer[5].Should().Be(ServerHelloMessage);
        Func<Task> open = () => opening.Limit();
        (await open.Should().ThrowAsync<TransportException>("it hangs up")).Which.Fault.Should().Be(TransportFault.Broken);
    }

    [Theory]
    [InlineData(2, TransportFault.NoCommonProtocol)]
    [InlineData(3, TransportFault.Broken)]
    public async Task Listener_AnsweringWithAVersion_IsJudgedByIt(byte minor, TransportFault fault)
    {
        await using ITransportListener listener = await new TcpTransport().ListenAsync(new TransportAddress("127.0.0.1", 0));
        Task<ITransportConnection> dialling = new TestCertificates().Transport().ConnectAsync(listener.Address).AsTask();
        await using (ITransportConnection accepted = (await listener.AcceptAsync().Limit())!)
        {
            await accepted.OpenAsync();
            await accepted.Input.ReadAsync().Limit();
            await accepted.Output.WriteAsync(Record(minor, ServerHelloMessage, [3, minor, .. new byte[32], 0, 0xc0, 0x2b, 0]));
            await accepted.FinishAsync();
        }

        Func<Task> dial = () => dialling.Limit();
        (await dial.Should().ThrowAsync<TransportException>()).Which.Fault.Should().Be(fault);
    }

    /// <summary>Sends a ClientHello, reads the answer, and hangs up.</summary>
    private static async Task<(byte[] Answer, Task Opening)> GreetAsync(byte minor)
    {
        await using ITransportListener listener = await new TestCertificates().Transport().ListenAsync(new TransportAddress("127.0.0.1", 0));
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(listener.Address.Host, listener.Address.Port);
        ITransportConnection accepted = (await listener.AcceptAsync().Limit())!;
        Task opening = accepted.OpenAsync().AsTask();
        await socket.SendAsync(Record(1, message: 1, ClientHello(minor)));
        byte[] answer = new byte[4096];
        int read = await socket.ReceiveAsync(answer).Limit();
        read.Should().BeGreaterThan(6);
        return (answer, opening);
    }

    /// <summary>RFC 5246, section 7.4.1.2: suites for an ECDSA certificate, in the old way and in the new, with the curve and the signatures that they need.</summary>
    private static byte[] ClientHello(byte minor)
    {
        byte[] suites = [0xc0, 0x2b, 0xc0, 0x09];
        byte[] extensions = [0, 10, 0, 4, 0, 2, 0, 0x17, 0, 11, 0, 2, 1, 0, 0, 13, 0, 4, 0, 2, 4, 3];
        return [3, minor, .. new byte[32], 0, 0, (byte)suites.Length, .. suites, 1, 0, 0, (byte)extensions.Length, .. extensions];
    }

    private static byte[] Record(byte minor, byte message, byte[] body) =>
        [HandshakeRecord, 3, minor, 0, (byte)(body.Length + 4), message, 0, 0, (byte)body.Length, .. body];
}
