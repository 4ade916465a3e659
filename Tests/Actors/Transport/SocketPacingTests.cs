using System.Net.Sockets;
using System.Text;
using FedActors.Actors.Transport.Tcp;

namespace FedActors.Tests.Actors.Transport;

public sealed class SocketPacingTests
{
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("localhost")]
    public void Connection_WithinTheMachine_IsNotPaced(string host)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);

        SocketPacing.TurnOffWithinMachine(socket, host);

        AlgorithmOf(socket).Should().Be("reno");
    }

    [Theory]
    [InlineData("10.1.2.3")]
    [InlineData("provider.example")]
    [InlineData("0.0.0.0")]
    public void Connection_ToAnotherMachine_IsTheSystemsToPace(string host)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        string before = AlgorithmOf(socket);

        SocketPacing.TurnOffWithinMachine(socket, host);

        AlgorithmOf(socket).Should().Be(before);
    }

    private static string AlgorithmOf(Socket socket)
    {
        byte[] name = new byte[16];
        int length = socket.GetRawSocketOption((int)SocketOptionLevel.Tcp, SocketPacing.CongestionControl, name);
        return Encoding.ASCII.GetString(name, 0, length).TrimEnd('\0');
    }
}
