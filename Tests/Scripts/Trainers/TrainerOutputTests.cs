using FedActors.Scripts.Trainers;

namespace FedActors.Tests.Scripts.Trainers;

public sealed class TrainerOutputTests
{
    [Fact]
    public async Task Read_ManyLines_QuotesTheLast()
    {
        TrainerOutput output = new();

        await output.ReadAsync(new StringReader(string.Join('\n', Enumerable.Range(1, 100)) + "\r\n\r\nend"));

        output.Quote().Should().Be(" Its last lines: 90 | 91 | 92 | 93 | 94 | 95 | 96 | 97 | 98 | 99 | 100 | end");
    }

    // Such a line was gathered whole, in the worker's memory.
    [Fact]
    public async Task Read_LineWithoutEnd_HoldsItsBeginningAlone()
    {
        TrainerOutput output = new();
        using StringReader line = new(new string('x', 1_000_000));
        long before = GC.GetAllocatedBytesForCurrentThread();

        Task reading = output.ReadAsync(line);

        (GC.GetAllocatedBytesForCurrentThread() - before).Should().BeLessThan(64 << 10, "the line has 2 MB");
        await reading;
        output.Quote().Should().Be($" Its last lines: {new string('x', 300)}");
    }

    [Fact]
    public async Task Read_Nothing_SaysSo()
    {
        TrainerOutput output = new();

        await output.ReadAsync(new StringReader("\n"));

        output.Quote().Should().Be(" It wrote nothing.");
    }
}
