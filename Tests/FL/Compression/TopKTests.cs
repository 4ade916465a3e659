using FedActors.FL.Compression;
using FedActors.FL.Models;

namespace FedActors.Tests.FL.Compression;

public sealed class TopKTests
{
    private static readonly ParameterLayout Layout = new(new TensorShape("w", 300));
    private static readonly UpdateOrigin Origin = new(1, "A", 1);
    private static readonly CompressionPipeline TopThree = CompressionPipeline.From(["topk(0.01)"]);

    [Fact]
    public void Encode_ThreeOfThreeHundred_SendsTheirPlacesAsGapsAndTheNumbers()
    {
        float[] update = new float[300];
        (update[2], update[5], update[299], update[100]) = (-3, 2, 1, 0.5f);

        byte[] body = TopThree.Encode(update, Layout, Origin);

        body.Should().Equal([1, 0x10, 0xAC, 0x02, 3, 2, 3, 0xA6, 0x02, .. BitConverter.GetBytes(-3f), .. BitConverter.GetBytes(2f), .. BitConverter.GetBytes(1f)]);
        Read(body).Should().Equal(update.Select(value => value == 0.5f ? 0 : value));
    }

    [Theory]
    [InlineData(new byte[] { 3, 2, 0, 5 }, "place 2 occurs twice")]
    [InlineData(new byte[] { 3, 2, 3, 0xA7, 0x02 }, "place 300 is beyond the model's 300 numbers")]
    [InlineData(new byte[] { 3, 0xFF, 0xFF, 0xFF, 0xFF, 0x07, 1, 1 }, "place 2147483647 is beyond")]
    [InlineData(new byte[] { 4, 1, 1, 1, 1 }, "it has 4 places; topk(0.01) of 300 numbers are 3")]
    [InlineData(new byte[] { 0xFF, 0xFF, 0xFF, 0xFF, 0x07 }, "it has 2147483647 places")]
    [InlineData(new byte[] { 2, 1, 1 }, "it has 2 places")]
    [InlineData(new byte[] { 3, 2, 0x83, 0x00, 5 }, "place 2 of 3 cannot be read")]
    [InlineData(new byte[] { 3, 2, 0xFF, 0xFF, 0xFF, 0xFF, 0x08, 5 }, "place 2 of 3 cannot be read")]
    [InlineData(new byte[] { 3, 2, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1 }, "place 2 of 3 cannot be read")]
    [InlineData(new byte[] { 0x80 }, "the number of its places cannot be read")]
    public void TryDecode_PlacesThatCannotBe_AreRefusedByName(byte[] places, string words)
    {
        byte[] body = [1, 0x10, 0xAC, 0x02, .. places, .. new byte[12]];

        TopThree.TryDecode(body, Layout, Origin, out _, out string? fault).Should().BeFalse();
        fault.Should().Contain(words);
    }

    [Theory]
    [InlineData(0.01, 222, 3)]
    [InlineData(1e-9, 222, 1)]
    [InlineData(1, 222, 222)]
    [InlineData(0.5, 3, 2)]
    public void CountOf_AnyShare_IsRoundedUpAndAtLeastOne(double share, int count, int expected) => TopK.CountOf(share, count).Should().Be(expected);

    private static float[] Read(byte[] body)
    {
        TopThree.TryDecode(body, Layout, Origin, out float[]? update, out string? fault).Should().BeTrue(fault);
        return update!;
    }
}
