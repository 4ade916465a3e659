using FedActors.Actors.Transport.Tls;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Actors.Transport;

/// <summary>Records that TLS writes one by one go out together, and only while that was asked for.</summary>
public sealed class GatheringStreamTests
{
    private const int RecordBytes = (16 * 1024) + 22;

    [Fact]
    public async Task Records_WhileTheyAreGathered_GoOutInOnePiece()
    {
        await using var network = new Pieces();
        await using var stream = new GatheringStream(network);
        stream.Gather(16 * 16 * 1024);
        for (int i = 0; i < 16; i++)
        {
            ValueTask write = stream.WriteAsync(new byte[RecordBytes]);
            write.IsCompletedSuccessfully.Should().BeTrue();
        }

        network.Lengths.Should().BeEmpty();
        await stream.SendAsync(CancellationToken.None);

        network.Lengths.Should().Equal(16 * RecordBytes);
        stream.HeldBytes.Should().Be(0);
    }

    [Fact]
    public async Task Records_ThatAreNotGathered_GoOutAtOnce()
    {
        await using var network = new Pieces();
        await using var stream = new GatheringStream(network);
        await stream.WriteAsync(new byte[10]);
        stream.Gather(1);
        await stream.SendAsync(CancellationToken.None);
        await stream.WriteAsync(new byte[20]);

        network.Lengths.Should().Equal(10, 20);
        stream.HeldBytes.Should().Be(0);
    }

    [Fact]
    public async Task Bytes_MoreThanWereSaidOrFit_GoOutInOrderAndOnce()
    {
        for (ulong seed = 0; seed < 50; seed++)
        {
            var random = new SplitMix(seed);
            await using var network = new Pieces();
            await using var stream = new GatheringStream(network);
            var expected = new List<byte>();
            for (int i = 0; i < 40; i++)
            {
                switch (random.Next(6))
                {
                    case 0:
                        stream.Gather(random.Next(1_000_000));
                        break;
                    case 1:
                        await stream.SendAsync(CancellationToken.None);
                        break;
                    default:
                        byte[] bytes = [.. Enumerable.Range(0, random.Next(random.Next(3) == 0 ? 40_000 : 40)).Select(_ => (byte)random.Next(256))];
                        expected.AddRange(bytes);
                        await stream.WriteAsync(bytes);
                        break;
                }
            }

            await stream.SendAsync(CancellationToken.None);
            network.ToArray().AsSpan().SequenceEqual(expected.ToArray()).Should().BeTrue($"with seed {seed}");
        }
    }

    /// <summary>Remembers the pieces in which it was written to.</summary>
    private sealed class Pieces : MemoryStream
    {
        public List<int> Lengths { get; } = [];

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Lengths.Add(buffer.Length);
            return base.WriteAsync(buffer, cancellationToken);
        }
    }
}
