using FedActors.FL.Aggregation;
using FedActors.FL.Models;
using FedActors.FL.Numerics;

namespace FedActors.Tests.FL.Aggregation;

public sealed class StridedMeanTests
{
    private static readonly ParameterLayout Layout = new ModelSpecification(ModelSpecification.Softmax, 30, 7).Layout;

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(20)]
    [InlineData(100)]
    public void Reduce_AnyStride_GivesTheBitsOfTheStreamingMean(int stride)
    {
        RandomStream random = new(3);
        StreamingMean one = new(Layout);
        StridedMean many = new(Layout, stride);
        for (int i = 0; i < 20; i++)
        {
            ContributedUpdate update = new($"w{i}", Enumerable.Range(0, Layout.Count).Select(_ => (float)random.NextGaussian()).ToArray(), 1 + random.NextInt(500));
            one.TryAdd(update, out _).Should().BeTrue();
            many.TryAdd(update, out _).Should().BeTrue();
            many.Updates.Should().Be(i + 1);
        }

        one.TryReduce(out ParameterVector? expected, out _).Should().BeTrue();
        many.TryReduce(out ParameterVector? found, out _).Should().BeTrue();
        found!.Hash().Should().Be(expected!.Hash());
    }

    [Fact]
    public void TryAdd_UnsoundUpdate_IsRefusedAtOnceAndLeavesTheOthers()
    {
        StridedMean mean = new(Layout, 4);
        mean.TryAdd(new ContributedUpdate("A", Filled(2), 1), out _).Should().BeTrue();

        mean.TryAdd(new ContributedUpdate("B", Filled(float.NaN), 1), out UpdateFault? fault).Should().BeFalse();

        fault.Should().BeOfType<UpdateFault.NonFinite>();
        mean.TryReduce(out ParameterVector? result, out _).Should().BeTrue();
        result!.Values.ToArray().Should().OnlyContain(value => value == 2);
    }

    [Fact]
    public void TryReduce_SumsBeyondTheirLimits_SaysSo()
    {
        StridedMean mean = new(Layout, 2);
        for (int i = 0; i < 10; i++)
        {
            mean.TryAdd(new ContributedUpdate($"w{i}", Filled(UpdateInspection.MaxMagnitude), UpdateInspection.MaxWeight), out _);
        }

        mean.TryReduce(out _, out string? fault).Should().BeFalse();
        fault.Should().StartWith("The average cannot take the update in");
    }

    private static float[] Filled(float value) => [.. Enumerable.Repeat(value, Layout.Count)];
}
