using System.Runtime.Intrinsics;
using FedActors.FL.Numerics;

namespace FedActors.Tests.FL.Numerics;

public sealed class PortableMathTests
{
    [Fact]
    public void Log_ManyMagnitudes_IsWithinTwoUnitsOfTheLibrary()
    {
        RandomStream random = new(3);
        for (int i = 0; i < 100_000; i++)
        {
            double value = Math.ScaleB(1 + random.NextDouble(), random.NextInt(600) - 300);
            double expected = Math.Log(value);
            Math.Abs(PortableMath.Log(value) - expected).Should().BeLessThanOrEqualTo(2 * Math.BitIncrement(Math.Abs(expected)) - (2 * Math.Abs(expected)) + 1e-300);
        }
    }

    [Theory]
    [InlineData(1.0, 0.0)]
    [InlineData(double.PositiveInfinity, double.PositiveInfinity)]
    [InlineData(-1.0, double.NaN)]
    [InlineData(double.NaN, double.NaN)]
    public void Log_SpecialValues_AsDefined(double value, double expected)
    {
        PortableMath.Log(value).Should().Be(expected);
    }

    [Fact]
    public void Exp_RangeOfSoftmax_IsWithinTwoUnitsInTheLastPlace()
    {
        for (float x = 0; x > -87.25f; x -= 0.001f)
        {
            double expected = Math.Exp(x);
            double unit = MathF.BitIncrement((float)expected) - (float)expected;
            double found = Lanes.Exp(Vector256.Create(x)).GetElement(3);
            Math.Abs(found - expected).Should().BeLessThanOrEqualTo(2 * Math.Abs(unit) + 1e-44, "x is {0}", x);
        }
    }

    [Fact]
    public void Exp_SpecialLanes_AsDefined()
    {
        Vector256<float> found = Lanes.Exp(Vector256.Create(0f, float.NegativeInfinity, float.NaN, -88, -1e30f, -0f, -1, -2));

        found[0].Should().Be(1);
        found[1].Should().Be(0);
        found[2].Should().Be(float.NaN);
        found[3].Should().Be(0);
        found[4].Should().Be(0);
        found[5].Should().Be(1);
    }

    [Fact]
    public void SumAndMax_EightLanes_TakeAllOfThem()
    {
        Vector256<float> value = Vector256.Create(1f, 2, 4, 8, 16, 32, 64, 128);

        Lanes.Sum(value).Should().Be(255);
        for (int lane = 0; lane < Lanes.Width; lane++)
        {
            Lanes.Max(Vector256.Create(-1f).WithElement(lane, 5)).Should().Be(5);
        }
    }
}
