using System.Buffers.Binary;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using FedActors.Actors;
using FedActors.Actors.Remoting;
using FedActors.Actors.Transport;
using FedActors.Actors.Transport.Tcp;
using FedActors.FL.Numerics;
using FedActors.Scripts.Measuring.Transport;

namespace FedActors.Scripts.Measuring.Hostile;

/// <summary>What an honest node says, written down on its way: what attackers say again, changed or not.</summary>
/// <param name="Hello">The first frame.</param>
/// <param name="Ready">The second, with which the connection is in use.</param>
/// <param name="Question">Further frames: names, and a question to an actor.</param>
/// <param name="ClientHello">The first words of a TLS client.</param>
internal sealed record RecordedWords(byte[] Hello, byte[] Ready, byte[] Question, byte[] ClientHello)
{
    private const string Node = "recorded-00000000";
    private const int PrefixBytes = 4;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Lets a node ask another through this process.</summary>
    public static async Task<RecordedWords> RecordAsync(AttackTargets targets, TimeProvider time, CancellationToken cancellationToken)
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        using var said = new MemoryStream();
        Task passing = PassOnAsync(listener, targets, said, cancellationToken);
        var options = new RemotingOptions { Transport = new TcpTransport(new TcpTransportOptions { Time = time }), Registry = NodePair.Registry };
        await using (var node = new ActorSystem(new ActorSystemOptions { Node = Node, Time = time, Remoting = options }))
        {
            ActorRef echo = node.Remote.Connect(new TransportAddress("127.0.0.1", ((IPEndPoint)listener.LocalEndPoint!).Port)).ActorOf("echo");
            await echo.AskAsync<Ball>(new Ball(1), Patience, cancellationToken).ConfigureAwait(false);
        }

        await passing.ConfigureAwait(false);
        byte[] all = said.ToArray();
        int hello = FrameEnd(all, 0);
        int ready = FrameEnd(all, hello);
        int rest = FrameEnd(all, FrameEnd(all, ready));
        return new RecordedWords(all[..hello], all[hello..ready], all[ready..rest], await RecordClientHelloAsync(cancellationToken).ConfigureAwait(false));
    }

    /// <summary>The same greeting under another name of the same length.</summary>
    public byte[] HelloOf(int number)
    {
        byte[] hello = [.. Hello];
        int at = hello.AsSpan().IndexOf(Encoding.ASCII.GetBytes(Node));
        Encoding.ASCII.GetBytes($"stranger-{number % 100_000_000:D8}").CopyTo(hello, at);
        return hello;
    }

    /// <summary>Words of the same length or shorter, with some bytes changed.</summary>
    /// <param name="words">What is right.</param>
    /// <param name="kept">Bytes at the front that stay.</param>
    /// <param name="random">Chooses.</param>
    public static byte[] Damaged(byte[] words, int kept, RandomStream random)
    {
        byte[] damaged = [.. words.AsSpan(0, kept + 1 + random.NextInt(words.Length - kept))];
        for (int i = 0; i < 8; i++)
        {
            damaged[kept + random.NextInt(damaged.Length - kept)] = (byte)random.NextUInt64();
        }

        return damaged;
    }

    private static int FrameEnd(byte[] all, int start) => start + PrefixBytes + BinaryPrimitives.ReadInt32BigEndian(all.AsSpan(start));

    private static async Task PassOnAsync(Socket listener, AttackTargets targets, MemoryStream said, CancellationToken cancellationToken)
    {
        using Socket near = await listener.AcceptAsync(cancellationToken).ConfigureAwait(false);
        using Socket far = await targets.ConnectAsync(secure: false, 0, cancellationToken).ConfigureAwait(false);
        Task answers = CopyAsync(far, near, null, cancellationToken);
        await CopyAsync(near, far, said, cancellationToken).ConfigureAwait(false);
        await answers.ConfigureAwait(false);
    }

    private static async Task CopyAsync(Socket from, Socket to, MemoryStream? note, CancellationToken cancellationToken)
    {
        byte[] bytes = new byte[4096];
        int read;
        while ((read = await from.ReceiveAsync(bytes, cancellationToken).ConfigureAwait(false)) > 0)
        {
            note?.Write(bytes, 0, read);
            await to.SendAsync(bytes.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
        }

        to.Shutdown(SocketShutdown.Send);
    }

    private static async Task<byte[]> RecordClientHelloAsync(CancellationToken cancellationToken)
    {
        RawPair pair = await RawPair.ConnectAsync(tls: false, TimeProvider.System, cancellationToken).ConfigureAwait(false);
        await using (pair.ConfigureAwait(false))
        {
            await using var ssl = new SslStream(pair.Near);
            Task handshake = ssl.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost" }, cancellationToken);
            byte[] bytes = new byte[4096];
            int read = await pair.Far.ReadAsync(bytes, cancellationToken).ConfigureAwait(false);
            await pair.Far.DisposeAsync().ConfigureAwait(false);
            await ((Task)handshake.ContinueWith(static ended => ended.Exception, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default)).ConfigureAwait(false);
            return bytes[..read];
        }
    }
}
