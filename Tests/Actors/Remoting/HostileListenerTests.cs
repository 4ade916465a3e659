using FedActors.Actors.Remoting;
using FedActors.Actors.Transport.Tcp;
using FedActors.Tests.TestKit;
using FedActors.Tests.TestKit.Hostile;
using Xunit.Abstractions;

namespace FedActors.Tests.Actors.Remoting;

/// <summary>Attacks on a live listener over TCP, while an honest node is served; how many is told in <see cref="HostileScale"/>.</summary>
[Collection(nameof(AloneOnTheMachine))]
public sealed class HostileListenerTests(ITestOutputHelper output)
{
    private readonly FrameMutator _mutator = new(FrameCorpus.Payloads(HostileScale.Seed), new SplitMix(HostileScale.Seed));
    private readonly Lock _sync = new();

    [Fact]
    public async Task Strangers_WithMalformedFirstFrames_AreRefusedOneByOne()
    {
        await using HostileNode node = await HostileNode.StartAsync(new TcpTransport());
        int attacks = HostileScale.Attacks / 2;

        await ObserveAsync(node, () => node.RepeatAsync(attacks, async i =>
        {
            using HostileSocket socket = await HostileSocket.ConnectAsync(node.Address, i);
            await socket.SendAsync(NextMalformed(node));
            await socket.EndAsync();
        }));

        await Eventually.True(() => node.Server.Remote.Refused == attacks, "each refusal is counted once");
    }

    [Fact]
    public async Task Peers_WithMalformedFramesAfterTheHandshake_LoseTheirConnectionAlone()
    {
        await using HostileNode node = await HostileNode.StartAsync(new TcpTransport());
        int attacks = HostileScale.Attacks / 2;

        await ObserveAsync(node, () => node.RepeatAsync(attacks, async i =>
        {
            using HostileSocket socket = await HostileSocket.ConnectAsync(node.Address, i);
            await socket.ShakeHandsAsync( $"hostile-{i % 1000}", incarnation: i);
            await socket.SendAsync(NextMalformed(node));
            await socket.EndAsync();
        }));

        await Eventually.True(() => node.Server.Remote.Refused == attacks, "each refusal is counted once");
        await Eventually.True(() => node.Server.Remote.ConnectedNodes.SequenceEqual(["honest"]));
    }

    [Fact]
    public async Task Handshakes_RecordedAndReplayed_LeaveNothingBehind()
    {
        await using HostileNode node = await HostileNode.StartAsync(new TcpTransport());
        byte[] recorded;
        using (HostileSocket first = await HostileSocket.ConnectAsync(node.Address, 0))
        {
            recorded = await first.ShakeHandsAsync("recorded", incarnation: 1);
            await first.EndAsync();
        }

        int accepted = 0;
        using IDisposable connections = node.Server.Events.Subscribe<NodeConnected>(_ => Interlocked.Increment(ref accepted));
        int attacks = HostileScale.Attacks;
        HostileObservation seen = await node.WhileAsync(() => node.RepeatAsync(attacks, async i =>
        {
            using HostileSocket socket = await HostileSocket.ConnectAsync(node.Address, i);
            await socket.SendAsync(recorded);
            await socket.EndAsync();
        }));
        output.WriteLine($"{accepted:n0} taken for the node that was recorded; {seen}");

        // One that finds the name free is that node come back, on a connection without TLS; it has nothing to say, and ends.
        await Eventually.True(() => node.Server.Remote.Refused + accepted == attacks, "each replay is accepted or refused, and counted once");
        node.Reasons.Keys.Should().OnlyContain(reason => reason.Length > 10, "every refusal is explained");
        await Eventually.True(() => node.Server.Remote.ConnectedNodes.SequenceEqual(["honest"]));
    }

    private async Task ObserveAsync(HostileNode node, Func<Task> attack)
    {
        HostileObservation seen = await node.WhileAsync(attack);
        output.WriteLine($"{seen}");
        node.Reasons.Keys.Should().OnlyContain(reason => reason.Length > 10, "every refusal is explained");
    }

    /// <summary>A frame that its reader refuses.</summary>
    private byte[] NextMalformed(HostileNode node)
    {
        var judge = new FrameJudge(node.Server);
        lock (_sync)
        {
            while (true)
            {
                byte[] frame = _mutator.Next();
                if (judge.IsRefused(frame))
                {
                    return frame;
                }
            }
        }
    }
}
