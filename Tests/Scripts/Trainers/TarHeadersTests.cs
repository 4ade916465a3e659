using System.Text;
using FedActors.Scripts.Trainers;

namespace FedActors.Tests.Scripts.Trainers;

public sealed class TarHeadersTests
{
    private const int BlockBytes = 512;
    private const long MaxBytes = 1 << 20;

    [Theory]
    [InlineData('x', "12 size=512\n")]
    [InlineData('x', "13 path=a.py\n12 size=512\n")]
    [InlineData('g', "12 size=512\n")]
    public void Check_SizeBesideTheHeader_IsRefused(char kind, string records)
    {
        // A reader that believes it goes on where the header's own size leads past: headers stand there that nobody has looked at.
        byte[] tar = [.. Entry(kind, records), .. Entry('0', new string('a', 10 * BlockBytes))];

        Checking(tar).Should().Throw<InvalidDataException>().WithMessage("*beside its header*");
    }

    [Theory]
    [InlineData("13 path=a.py\n")]
    [InlineData("20 mtime=1764392400\n")]
    [InlineData("23 path=of a size=5.py\n")]
    public void Check_OtherRecords_ArePassed(string records)
    {
        byte[] tar = [.. Entry('x', records), .. Entry('0', "text")];

        Checking(tar).Should().NotThrow();
    }

    private static Action Checking(byte[] tar) => () => TarHeaders.Check(new MemoryStream([.. tar, .. new byte[2 * BlockBytes]]), MaxBytes);

    private static byte[] Entry(char kind, string content)
    {
        byte[] entry = new byte[BlockBytes + ((content.Length + BlockBytes - 1) / BlockBytes * BlockBytes)];
        Encoding.ASCII.GetBytes("name").CopyTo(entry, 0);
        Encoding.ASCII.GetBytes($"{Convert.ToString(content.Length, 8).PadLeft(11, '0')}").CopyTo(entry, 124);
        entry[156] = (byte)kind;
        Encoding.ASCII.GetBytes(content).CopyTo(entry, BlockBytes);
        return entry;
    }
}
