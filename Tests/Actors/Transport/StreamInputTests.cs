using System.Buffers;
using System.IO.Pipelines;
using FedActors.Actors.Transport.Tcp;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Actors.Transport;

public sealed class StreamInputTests
{
    private const int Small = 4 * 1024;
    private const int Largest = 256 * 1024;

    [Fact]
    public async Task Buffer_AfterMuchAndThenLittle_IsSmallAgain()
    {
        var source = new Arrivals([.. Enumerable.Repeat(1_000_000, 4), .. Enumerable.Repeat(16, 64)]);
        var input = new StreamInput(source);
        int most = 0;

        while (await ReadAllAsync(input))
        {
            most = Math.Max(most, input.HeldBytes);
        }

        most.Should().Be(Largest);
        input.HeldBytes.Should().Be(Small);
    }

    [Fact]
    public async Task Buffer_AfterABurst_IsNotTheLargest()
    {
        var input = new StreamInput(new Arrivals([30_000]));

        while (await ReadAllAsync(input))
        {
        }

        input.HeldBytes.Should().BeLessThanOrEqualTo(Largest / 4);
    }

    [Fact]
    public async Task Bytes_HoweverTheyArriveAndAreTaken_ComeInOrderAndOnce()
    {
        for (ulong seed = 0; seed < 30; seed++)
        {
            await TakeAllAsync(new SplitMix(seed));
        }
    }

    private static async Task TakeAllAsync(SplitMix random)
    {
        int[] sizes = [.. Enumerable.Range(0, 60).Select(_ => 1 + random.Next(random.Next(4) == 0 ? 400_000 : 300))];
        var input = new StreamInput(new Arrivals(sizes));
        long taken = 0;
        while (await input.ReadAsync() is { Buffer.IsEmpty: false } read)
        {
            ReadOnlyMemory<byte> bytes = read.Buffer.First;
            int take = random.Next(3) == 0 ? bytes.Length : random.Next(bytes.Length + 1);
            for (int i = 0; i < take; i++)
            {
                if (bytes.Span[i] != Arrivals.At(taken + i))
                {
                    throw new InvalidOperationException($"Byte {taken + i} is another.");
                }
            }

            taken += take;
            input.AdvanceTo(read.Buffer.GetPosition(take), read.Buffer.End);
            if (read.IsCompleted && take == bytes.Length)
            {
                break;
            }
        }

        taken.Should().Be(sizes.Sum());
    }

    /// <returns>Whether there was anything.</returns>
    private static async Task<bool> ReadAllAsync(StreamInput input)
    {
        ReadResult read = await input.ReadAsync();
        input.AdvanceTo(read.Buffer.End);
        return !read.IsCompleted;
    }

    /// <summary>Bytes that arrive in pieces of given sizes, each as a read of its own or more.</summary>
    private sealed class Arrivals(IReadOnlyList<int> sizes) : Stream
    {
        private long _position;
        private int _piece;
        private int _within;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        /// <summary>The byte at a place.</summary>
        public static byte At(long position) => (byte)(position * 31 % 251);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_piece == sizes.Count)
            {
                return ValueTask.FromResult(0);
            }

            int count = Math.Min(buffer.Length, sizes[_piece] - _within);
            for (int i = 0; i < count; i++)
            {
                buffer.Span[i] = At(_position++);
            }

            _within += count;
            if (_within == sizes[_piece])
            {
                _piece++;
                _within = 0;
            }

            return ValueTask.FromResult(count);
        }

        public override void Flush() => throw new NotSupportedException();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
