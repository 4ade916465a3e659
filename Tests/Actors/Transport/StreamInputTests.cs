using System.Buffers;
using System.IO.Pipelines;
using FedActors.Actors.Transport.Tcp;
using FedActors.Actors.Transport.Tls;
using FedActors.Tests.TestKit;
using FedActors.Tests.TestKit.Transport;

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

    [Fact]
    public async Task Bytes_OfWhichSomeArePutElsewhere_ComeInOrderAndOnce()
    {
        long placed = 0;
        for (ulong seed = 0; seed < 30; seed++)
        {
            var random = new SplitMix(seed);
            int[] sizes = [.. Enumerable.Range(0, 60).Select(_ => 1 + random.Next(random.Next(4) == 0 ? 400_000 : 300))];
            var source = new Arrivals(sizes);
            ReadAheadStream? ahead = seed % 2 == 0 ? null : new ReadAheadStream(source);
            var input = new StreamInput(ahead is null ? source : new Records(ahead), ahead);
            long taken = 0;
            bool completed = false;
            while (!completed)
            {
                byte[] elsewhere = new byte[random.Next(2) * random.Next(100_000)];
                input.PlaceNext(elsewhere);
                ReadResult read = await input.ReadAsync();
                int there = input.TakePlaced();
                int here = there > 0 ? 0 : random.Next(2) == 0 ? (int)read.Buffer.Length : random.Next((int)read.Buffer.Length + 1);
                Check(elsewhere.AsSpan(0, there), taken);
                Check(read.Buffer.First.Span[..here], taken + there);
                taken += there + here;
                placed += there;
                completed = read.IsCompleted && here == read.Buffer.Length;
                input.AdvanceTo(read.Buffer.GetPosition(here), read.Buffer.End);
            }

            taken.Should().Be(sizes.Sum());
        }

        placed.Should().BePositive();
    }

    [Fact]
    public async Task Read_BehindWhatWasPutElsewhere_BringsLittle()
    {
        var input = new StreamInput(new Arrivals([.. Enumerable.Repeat(1_000_000, 4)]));
        while ((await input.ReadAsync()).Buffer is { Length: < Largest } shown)
        {
            input.AdvanceTo(shown.End);
        }

        input.AdvanceTo((await input.ReadAsync()).Buffer.End);
        input.PlaceNext(new byte[1000]);
        input.AdvanceTo((await input.ReadAsync()).Buffer.End);
        ReadResult head = await input.ReadAsync();
        input.AdvanceTo(head.Buffer.End);
        ReadResult next = await input.ReadAsync();

        input.TakePlaced().Should().Be(1000);
        head.Buffer.Length.Should().Be(Small, "what follows a head can be put in its place as well");
        next.Buffer.Length.Should().Be(Largest);
    }

    /// <summary>Each record of TLS was a turn of its own for whoever reads.</summary>
    [Fact]
    public async Task Records_ThatAreHere_AreReadTogetherToTheirPlace()
    {
        const int Bytes = 1_000_000;
        var ahead = new ReadAheadStream(new Arrivals([.. Enumerable.Repeat(Bytes, 4)]));
        var input = new StreamInput(new Records(ahead), ahead);
        byte[] elsewhere = new byte[Bytes];
        int placed = 0;
        int reads = 0;
        while (placed < Bytes)
        {
            input.PlaceNext(elsewhere.AsMemory(placed));
            input.AdvanceTo((await input.ReadAsync()).Buffer.End);
            placed += input.TakePlaced();
            reads++;
        }

        Check(elsewhere, 0);
        reads.Should().BeLessThan(Bytes / Records.Bytes / 5);
    }

    /// <summary>TLS gives nothing of a record before all of it is here: those before it would have waited for it.</summary>
    [Fact]
    public async Task Records_OfWhichTheLastIsHereInPart_AreReadWithoutIt()
    {
        var source = new Arrivals([Records.Bytes, 100_000, 100_000]);
        var ahead = new ReadAheadStream(source);
        var input = new StreamInput(new Records(ahead), ahead);
        byte[] elsewhere = new byte[200_000];
        int placed = 0;
        for (int reads = 1; reads <= 2; reads++)
        {
            input.PlaceNext(elsewhere.AsMemory(placed));
            input.AdvanceTo((await input.ReadAsync()).Buffer.End);
            placed += input.TakePlaced();
        }

        Check(elsewhere.AsSpan(0, placed), 0);
        placed.Should().BeGreaterThan(4 * Records.Bytes);
        source.Reads.Should().Be(2, "what is here is given before more is waited for");
    }

    private static void Check(ReadOnlySpan<byte> bytes, long position)
    {
        for (int i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] != Arrivals.At(position + i))
            {
                throw new InvalidOperationException($"Byte {position + i} is another.");
            }
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
            Check(bytes.Span[..take], taken);
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

    /// <summary>Gives one record for each read, or what is left of it, and waits until the whole of it is here.</summary>
    private sealed class Records(ReadAheadStream ahead) : MemoryStream
    {
        public const int Bytes = 16 * 1024;

        private readonly byte[] _record = new byte[Bytes];
        private int _start;
        private int _end;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_start == _end)
            {
                _start = 0;
                _end = await ahead.ReadAtLeastAsync(_record, Bytes, throwOnEndOfStream: false, cancellationToken);
            }

            int given = Math.Min(buffer.Length, _end - _start);
            _record.AsMemory(_start, given).CopyTo(buffer);
            _start += given;
            return given;
        }
    }
}
