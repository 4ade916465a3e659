using System.Net;
using System.Net.Sockets;
using FedActors.Actors.Remoting.Frames;
using FedActors.Actors.Serialization;
using FedActors.Actors.Transport;
using FedActors.Tests.Actors.Serialization;
using FedActors.Tests.TestKit.Remoting;

namespace FedActors.Tests.TestKit.Hostile;

/// <summary>A bare connection from one of many loopback addresses, which costs the attacker next to nothing.</summary>
internal sealed class HostileSocket : IDisposable
{
    private const int Hosts = 250;
    private readonly Socket _socket;

    private HostileSocket(Socket socket) => _socket = socket;

    /// <summary>Connects.</summary>
    /// <param name="address">The listener, on loopback.</param>
    /// <param name="host">Which host it pretends to be.</param>
    public static async Task<HostileSocket> ConnectAsync(TransportAddress address, int host)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.Bind(new IPEndPoint(new IPAddress([127, 0, 1, (byte)(1 + (host % Hosts))]), 0));
            await socket.ConnectAsync(IPAddress.Loopback, address.Port).Limit();
            return new HostileSocket(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Sends, unless the other side has hung up already, which is an answer, too.</summary>
    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            while (!bytes.IsEmpty)
            {
                bytes = bytes[await _socket.SendAsync(bytes).Limit()..];
            }
        }
        catch (SocketException)
        {
            // The end is seen where it is read.
        }
    }

    /// <summary>Reads what the other side says next; empty at its end.</summary>
    public async Task<byte[]> ReadAsync()
    {
        byte[] bytes = new byte[4096];
        try
        {
            return bytes[..await _socket.ReceiveAsync(bytes).Limit()];
        }
        catch (SocketException)
        {
            return [];
        }
    }

    /// <summary>Says no more, and awaits the other side's end, whatever it says before.</summary>
    public async Task EndAsync()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // Hung up on already.
        }

        while ((await ReadAsync()).Length > 0)
        {
            // A refusal, a Welcome, heartbeats.
        }
    }

    /// <summary>Shakes hands as an honest node does.</summary>
    /// <returns>All that was said for it.</returns>
    public async Task<byte[]> ShakeHandsAsync(string node, long incarnation)
    {
        byte[] hello = Hello(node, incarnation);
        await SendAsync(hello);
        byte[] ready = Ready(await ReadAsync());
        await SendAsync(ready);
        return [.. hello, .. ready];
    }

    public void Dispose() => _socket.Dispose();

    /// <summary>A Hello as it goes over the wire.</summary>
    public static byte[] Hello(string node, long incarnation, long linksLost = 0) => FrameMutator.Framed(Encode.With(
        (ref MessagePackWriter writer) => (RawPeer.Greeting(node, incarnation) with { LinksLost = linksLost }).Write(ref writer, FrameKind.Hello)));

    private static byte[] Ready(byte[] welcome)
    {
        var reader = new MessagePackReader(welcome.AsSpan(4));
        reader.ReadArrayHeader();
        reader.ReadInt32().Should().Be((int)FrameKind.Welcome);
        SessionMemory theirs = Greeting.Read(ref reader).Session!.Value;
        return FrameMutator.Framed(Encode.With((ref MessagePackWriter writer) =>
        {
            writer.WriteArrayHeader(2);
            writer.Write((int)FrameKind.Ready);
            new SessionMemory(1, theirs.Own, 0).Write(ref writer);
        }));
    }
}
