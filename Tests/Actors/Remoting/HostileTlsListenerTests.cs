using System.Net.Security;
using System.Net.Sockets;
using FedActors.Actors.Remoting;
using FedActors.Actors.Transport;
using FedActors.Actors.Transport.Tcp;
using FedActors.Tests.TestKit;
using FedActors.Tests.TestKit.Hostile;
using FedActors.Tests.TestKit.Transport;
using Xunit.Abstractions;

namespace FedActors.Tests.Actors.Remoting;

/// <summary>Attacks on a TLS port by those who cannot get in, and TLS on a port without it; how many is told in <see cref="HostileScale"/>.</summary>
[Collection(nameof(AloneOnTheMachine))]
public sealed class HostileTlsListenerTests(ITestOutputHelper output)
{
    private readonly SplitMix _random = new(HostileScale.Seed);
    private readonly Lock _sync = new();

    [Fact]
    public async Task Dialers_WithoutTls_AreToldAndCounted()
    {
        byte[] hello = HostileSocket.Hello("plain", 1);

        HostileNode node = await AttackAsync(new TestCertificates().Transport(), _ => hello);

        node.Reasons.Keys.Should().OnlyContain(reason => reason.Contains("does not speak TLS"));
        node.Causes.Should().Equal(RefusalCause.NotSecure);
    }

    [Fact]
    public async Task Dialers_WithDamagedTlsHandshakes_AreCounted()
    {
        byte[] hello = await RecordClientHelloAsync();

        await AttackAsync(new TestCertificates().Transport(), _ => Damaged(hello));
    }

    [Fact]
    public async Task Dialers_WithTlsOnAPlainPort_AreToldAndCounted()
    {
        byte[] hello = await RecordClientHelloAsync();

        HostileNode node = await AttackAsync(new TcpTransport(), _ => hello);

        node.Reasons.Keys.Should().OnlyContain(reason => reason.Contains("speaks TLS and this one does not"));
    }

    private async Task<HostileNode> AttackAsync(ITransport transport, Func<int, byte[]> words)
    {
        await using HostileNode node = await HostileNode.StartAsync(transport);
        int count = HostileScale.Attacks / 4;
        HostileObservation seen = await node.WhileAsync(() => node.RepeatAsync(count, async i =>
        {
            using HostileSocket socket = await HostileSocket.ConnectAsync(node.Address, i);
            await socket.SendAsync(words(i));
            await socket.EndAsync();
        }));
        output.WriteLine($"{seen}");
        await Eventually.True(() => node.Server.Remote.Refused == count, "each refusal is counted once");
        return node;
    }

    /// <summary>Cut short or with wrong bits; it still begins as TLS does.</summary>
    private byte[] Damaged(byte[] hello)
    {
        lock (_sync)
        {
            byte[] damaged = hello[..(1 + _random.Next(hello.Length))];
            for (int i = 0; i < 8 && damaged.Length > 1; i++)
            {
                damaged[1 + _random.Next(damaged.Length - 1)] = (byte)_random.NextUInt64();
            }

            return damaged;
        }
    }

    private static async Task<byte[]> RecordClientHelloAsync()
    {
        await using ITransportListener listener = await new TcpTransport().ListenAsync(new TransportAddress("127.0.0.1", 0));
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(listener.Address.Host, listener.Address.Port);
        await using ITransportConnection accepted = (await listener.AcceptAsync().Limit())!;
        await accepted.OpenAsync();
        await using var ssl = new SslStream(new NetworkStream(socket));
        using var cancellation = new CancellationTokenSource();
        Task handshake = ssl.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost" }, cancellation.Token);
        byte[] hello = (await accepted.Input.ReadAsync().Limit()).Buffer.FirstSpan.ToArray();
        await cancellation.CancelAsync();
        Func<Task> ended = () => handshake.Limit();
        await ended.Should().ThrowAsync<Exception>();
        return hello;
    }
}
