using FedActors.Actors;
using FedActors.Tests.TestKit;
using FedActors.Tests.TestKit.Hostile;
using Xunit.Abstractions;

namespace FedActors.Tests.Actors.Remoting.Frames;

/// <summary>Malformed frames against the codec; how many is told in <see cref="HostileScale"/>.</summary>
public sealed class HostileFramesTests(ITestOutputHelper output)
{
    /// <summary>An exception, its text and its stack trace.</summary>
    private const long RefusalBytes = 32 * 1024;

    [Fact]
    public async Task Codec_MalformedFrames_AreRefusedInWordsForNoMoreMemoryThanTheirSize()
    {
        await using ActorSystem system = new(new ActorSystemOptions { Node = "server" });
        var judge = new FrameJudge(system);
        var mutator = new FrameMutator(FrameCorpus.Payloads(HostileScale.Seed), new SplitMix(HostileScale.Seed));
        int refused = 0;
        int other = 0;
        long largest = 0;
        while (refused < HostileScale.Frames)
        {
            byte[] frame = mutator.Next();
            long before = GC.GetAllocatedBytesForCurrentThread();
            bool isRefused = judge.IsRefused(frame);
            long spent = GC.GetAllocatedBytesForCurrentThread() - before;
            refused += isRefused ? 1 : 0;
            other += isRefused ? 0 : 1;
            largest = Math.Max(largest, spent);
            if (spent > RefusalBytes + 16L * frame.Length)
            {
                Assert.Fail($"a frame of {frame.Length} bytes made its reader allocate {spent}: {Convert.ToHexString(frame)}");
            }
        }

        output.WriteLine($"{refused:n0} frames refused, {other:n0} harmless or incomplete; the most that one cost was {largest:n0} bytes");
        other.Should().BeLessThan(refused, "damage is what the mutator is for");
    }
}
