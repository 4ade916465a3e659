using System.Security.Cryptography;
using System.Text;
using FedActors.FL.Models;

namespace FedActors.Tests.FL.Models;

public sealed class ParameterVectorTests
{
    private static readonly ParameterLayout Layout = new ModelSpecification(ModelSpecification.Softmax, 3, 2).Layout;

    [Fact]
    public void Layout_Softmax_PutsBiasAfterWeights()
    {
        Layout.Count.Should().Be(8);
        Layout.OffsetOf(1).Should().Be(6);
        Layout.ToString().Should().Be("W[3,2] b[2]");
        Layout.Should().Be(new ModelSpecification(ModelSpecification.Softmax, 3, 2).Layout).And.NotBe(new ModelSpecification(ModelSpecification.Softmax, 2, 3).Layout);
    }

    [Theory]
    [InlineData(0, "W[0,0]")]
    [InlineData(5, "W[2,1]")]
    [InlineData(6, "b[0]")]
    [InlineData(7, "b[1]")]
    public void DescribeIndex_EachTensor_NamesCoordinates(int index, string expected)
    {
        Layout.DescribeIndex(index).Should().Be(expected);
    }

    [Fact]
    public void Layout_RepeatedName_IsRefused()
    {
        FluentActions.Invoking(() => new ParameterLayout(new TensorShape("W", 1), new TensorShape("W", 2)))
            .Should().Throw<ArgumentException>().WithMessage("*W occurs twice*");
    }

    [Fact]
    public void Layout_TooLarge_IsRefused()
    {
        FluentActions.Invoking(() => new ParameterLayout(new TensorShape("W", ParameterLayout.MaxCount), new TensorShape("b", 1)))
            .Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void Vector_WrongLength_IsRefused()
    {
        FluentActions.Invoking(() => new ParameterVector(Layout, new float[7])).Should().Throw<ArgumentException>().WithMessage("*8 numbers*7*");
        FluentActions.Invoking(() => ParameterVector.FromBytes(Layout, new byte[31])).Should().Throw<ArgumentException>().WithMessage("*32 bytes*31*");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(126)]
    [InlineData(127)]
    [InlineData(10_000)]
    public void Hash_AnyLength_IsOfTheLayoutsTextAndTheNumbers(int count)
    {
        ParameterVector vector = new(new ParameterLayout(new TensorShape("v", count)), [.. Enumerable.Range(0, count).Select(i => i / 3f)]);

        vector.Hash().Should().Be(Convert.ToHexStringLower(SHA256.HashData([.. Encoding.UTF8.GetBytes($"v[{count}]"), 0, .. vector.ToBytes()])));
    }

    [Fact]
    public void Bytes_RoundTrip_KeepEveryBit()
    {
        ParameterVector vector = new(Layout, [0, -0f, float.Epsilon, float.MaxValue, 1, 2, float.NaN, float.NegativeInfinity]);

        byte[] bytes = vector.ToBytes();

        bytes.AsSpan(16, 4).ToArray().Should().Equal(0, 0, 0x80, 0x3f);
        ParameterVector.FromBytes(Layout, bytes).ToBytes().Should().Equal(bytes);
    }

    [Fact]
    public void Hash_AnyBitOrShapeDiffers_HashDiffers()
    {
        ParameterVector zero = new(Layout);
        ParameterVector negativeZero = new(Layout);
        negativeZero.AsSpan()[4] = -0f;

        string[] hashes = [zero.Hash(), negativeZero.Hash(), new ParameterVector(new ParameterLayout(new TensorShape("v", 8))).Hash()];

        hashes.Should().OnlyHaveUniqueItems();
        zero.Hash().Should().MatchRegex("^[0-9a-f]{64}$").And.Be(zero.Clone().Hash());
    }

    [Fact]
    public void DistanceTo_ThreeFour_IsFive()
    {
        ParameterVector left = new(Layout);
        ParameterVector right = new(Layout, [3, 0, 0, 0, 0, 0, 0, -4]);

        left.DistanceTo(right).Should().Be(5);
        FluentActions.Invoking(() => left.DistanceTo(new ParameterVector(new ModelSpecification(ModelSpecification.Softmax, 2, 3).Layout))).Should().Throw<ArgumentException>();
    }
}
