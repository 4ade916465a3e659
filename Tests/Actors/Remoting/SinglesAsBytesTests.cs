using System.Runtime.InteropServices;
using FedActors.Actors.Remoting;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Actors.Remoting;

public sealed class SinglesAsBytesTests
{
    private static readonly float[] Values = [.. Enumerable.Range(0, 1000).Select(i => i * 0.37f)];

    [Fact]
    public void Span_OfAPartOfAnArray_IsItsBytes() =>
        new SinglesAsBytes(Values, 10, 90).Memory.Span.SequenceEqual(MemoryMarshal.AsBytes(Values.AsSpan(10, 90))).Should().BeTrue();

    /// <summary>Writing several pieces at once to a file takes their addresses, as sockets do on some systems.</summary>
    [Fact]
    public async Task Address_OfAnyByte_IsWhereThatByteLies()
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "bytes");
        Memory<byte> bytes = new SinglesAsBytes(Values, 10, 90).Memory;
        using (Microsoft.Win32.SafeHandles.SafeFileHandle file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write))
        {
            await RandomAccess.WriteAsync(file, [bytes[1..7], bytes[7..], bytes[..1]], fileOffset: 0);
        }

        byte[] expected = MemoryMarshal.AsBytes(Values.AsSpan(10, 90)).ToArray();
        (await File.ReadAllBytesAsync(path)).Should().Equal([.. expected[1..], expected[0]]);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(361)]
    public void Address_OutsideTheMemory_IsRefused(int index) =>
        FluentActions.Invoking(() => new SinglesAsBytes(Values, 10, 90).Pin(index)).Should().Throw<ArgumentOutOfRangeException>();
}
