using FedActors.Actors.Transport.Tls;
using FedActors.Tests.TestKit;
using FedActors.Tests.TestKit.Transport;

namespace FedActors.Tests.Actors.Transport;

public sealed class ReadAheadStreamTests
{
    private const int Asked = 32 * 1024;

    [Fact]
    public async Task Bytes_HoweverTheyArriveAndAreAskedFor_ComeInOrderAndOnce()
    {
        for (ulong seed = 0; seed < 30; seed++)
        {
            var random = new SplitMix(seed);
            int[] sizes = [.. Enumerable.Range(0, 60).Select(_ => 1 + random.Next(random.Next(4) == 0 ? 400_000 : 300))];
            await using var stream = new ReadAheadStream(new Arrivals(sizes));
            byte[] buffer = new byte[200_000];
            long taken = 0;
            while (await stream.ReadAsync(buffer.AsMemory(0, 1 + random.Next(random.Next(4) == 0 ? buffer.Length : Asked))) is > 0 and var read)
            {
                for (int i = 0; i < read; i++)
                {
                    if (buffer[i] != Arrivals.At(taken + i))
                    {
                        throw new InvalidOperationException($"Byte {taken + i} is another.");
                    }
                }

                taken += read;
            }

            taken.Should().Be(sizes.Sum());
        }
    }

    [Fact]
    public async Task Reads_WhileMuchComes_AreLargerThanAskedFor()
    {
        var source = new Arrivals([.. Enumerable.Repeat(1_000_000, 4)]);
        await using var stream = new ReadAheadStream(source);

        await ReadAsync(stream, 4_000_000);

        source.Reads.Should().BeLessThan(4_000_000 / Asked / 3);
    }

    [Fact]
    public async Task Memory_WhenLittleComesAgain_IsGivenBack()
    {
        await using var stream = new ReadAheadStream(new Arrivals([1_000_000, 100, 100]));

        await ReadAsync(stream, 500_000);
        stream.HeldBytes.Should().BePositive();
        await ReadAsync(stream, 500_100);

        stream.HeldBytes.Should().Be(0);
        await ReadAsync(stream, 100);
        stream.HeldBytes.Should().Be(0, "little passes through");
    }

    private static async Task ReadAsync(ReadAheadStream stream, int bytes)
    {
        byte[] buffer = new byte[Asked];
        while (bytes > 0)
        {
            bytes -= await stream.ReadAsync(buffer.AsMemory(0, Math.Min(bytes, Asked)));
        }
    }
}
