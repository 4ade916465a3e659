using FedActors.Actors.Transport.Tcp;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Actors.Transport;

public sealed class StreamOutputTests
{
    private const int RecordBytes = 16 * 1024;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Bytes_WrittenAndReferredToInAnyOrder_GoOutInOrderAndOnce(bool encrypts)
    {
        for (ulong seed = 0; seed < 50; seed++)
        {
            await using var stream = new Pieces();
            var output = new StreamOutput(stream, encrypts);
            List<byte> expected = await SendAsync(output, new SplitMix(seed));

            stream.ToArray().AsSpan().SequenceEqual(expected.ToArray()).Should().BeTrue($"with seed {seed}");
        }
    }

    [Fact]
    public async Task Pieces_ThatTlsCutsIntoRecords_AreFullRecordsButTheLastOfAFlush()
    {
        for (ulong seed = 0; seed < 50; seed++)
        {
            await using var stream = new Pieces();
            var output = new StreamOutput(stream, encrypts: true);
            byte[] head = new byte[12];
            byte[] body = new byte[new SplitMix(seed).Next(300_000)];
            Write(output, head);
            output.Refer(body);
            Write(output, head);
            output.Refer(body);
            await output.FlushAsync();

            stream.Lengths.SkipLast(1).Where(length => length % RecordBytes != 0).Should().BeEmpty();
            stream.Length.Should().Be(2 * (head.Length + body.Length));
        }
    }

    [Fact]
    public async Task Memory_ThatIsReferredTo_IsCopiedForAsMuchAsShortRecordsNeedAlone()
    {
        byte[] body = new byte[(16 * RecordBytes) - 12];
        await using var plain = new Pieces();
        await using var encrypted = new Pieces();
        foreach (Pieces stream in new[] { plain, encrypted })
        {
            var output = new StreamOutput(stream, encrypts: stream == encrypted);
            Write(output, new byte[12]);
            output.Refer(body);
            await output.FlushAsync();
        }

        plain.Lengths.Should().Equal(12, body.Length);
        encrypted.Lengths.Should().Equal(RecordBytes, 15 * RecordBytes);
    }

    private static async Task<List<byte>> SendAsync(StreamOutput output, SplitMix random)
    {
        var sent = new List<byte>();
        for (int i = 0; i < 40; i++)
        {
            byte[] bytes = [.. Enumerable.Range(0, random.Next(random.Next(3) == 0 ? 70_000 : 40)).Select(_ => (byte)random.Next(256))];
            sent.AddRange(bytes);
            if (random.Next(2) == 0)
            {
                Write(output, bytes);
            }
            else
            {
                output.Refer(bytes);
            }

            if (random.Next(5) == 0)
            {
                await output.FlushAsync();
            }
        }

        await output.FlushAsync();
        return sent;
    }

    private static void Write(StreamOutput output, byte[] bytes)
    {
        bytes.CopyTo(output.GetSpan(bytes.Length));
        output.Advance(bytes.Length);
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
