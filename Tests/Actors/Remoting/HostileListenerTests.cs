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
