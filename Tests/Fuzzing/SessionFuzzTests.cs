using FedActors.Actors.Transport.Memory;
using FedActors.Tests.TestKit;
using FedActors.Tests.TestKit.Hostile;
using FedActors.Tests.TestKit.Remoting;
using Xunit.Abstractions;

namespace FedActors.Tests.Fuzzing;

/// <summary>Sequences of frames, sound and damaged ones, into a live node: what one frame leaves behind is what the next one meets.</summary>
[Collection(nameof(AloneOnTheMachine))]
public sealed class SessionFuzzTests(ITestOutputHelper output)
{
    private const int FramesOfASession = 12;

    /// <summary>A session takes as long as some cases of a parser.</summary>
    private const int Share = 8;

    private readonly IReadOnlyList<byte[]> _sound = FrameCorpus.Payloads(FuzzScale.Seed);

    [Fact]
    public async Task Node_SequencesOfSoundAndDamagedFrames_ServesOthersAndForgetsWhoSentThem()
    {
        MemoryTransport network = new();
        await using HostileNode node = await HostileNode.StartAsync(network);
        int sessions = 0;
        HostileObservation seen = await node.WhileAsync(async () =>
        {
            foreach (int number in FuzzScale.Numbers(Share))
            {
                sessions++;
                await using RawPeer peer = await RawPeer.DialAsync(network, node.Address);
                await peer.ShakeHandsAsync($"hostile-{number % 100}", incarnation: number + 1);
                await peer.SendBytesAsync(Session(number));
            }
        });

        output.WriteLine($"seed {FuzzScale.Seed}: {sessions:n0} sessions; {seen}");
        node.Reasons.Keys.Should().OnlyContain(reason => reason.Length > 10, "every refusal is explained");
        await Eventually.True(() => node.Server.Remote.ConnectedNodes.SequenceEqual(["honest"]), "nobody else stays");
    }

    /// <summary>Frames in one piece, as a socket may bring them.</summary>
    private byte[] Session(int number)
    {
        SplitMix random = new(FuzzScale.Seed ^ ((ulong)number << 32));
        FrameMutator mutator = new(_sound, random);
        return [.. Enumerable.Range(0, 1 + random.Next(FramesOfASession)).SelectMany(_ => random.Next(3) == 0 ? mutator.Next() : FrameMutator.Framed(_sound[random.Next(_sound.Count)]))];
    }
}
