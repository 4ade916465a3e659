using FedActors.FL.Aggregation;
using FedActors.FL.Configuration;
using FedActors.FL.Models;
using FedActors.FL.Numerics;
using FedActors.FL.Strategies;

namespace FedActors.Tests.FL.Aggregation;

public sealed class UpdateReducerTests
{
    private static readonly ParameterLayout Layout = new(new TensorShape("x", 37));

    public static TheoryData<string> Strategies => [.. StrategyNames.All];

    [Theory]
    [MemberData(nameof(Strategies))]
    public void Reduce_AnyOrderOfArrival_SameBits(string name)
    {
        ContributedUpdate[] updates = Updates(9);
        string first = Reduce(name, updates);
        RandomStream random = new(5);
        for (int i = 0; i < 5; i++)
        {
            random.Shuffle(updates.AsSpan());
            Reduce(name, updates).Should().Be(first);
        }
    }

    [Fact]
    public void HeldUpdates_MoreThanItsBound_AreRefusedAndTheOthersKept()
    {
        HeldUpdates held = new(new CoordinateMedian(), Layout, maxBytes: 3 * 37 * sizeof(float));
        ContributedUpdate[] updates = Updates(4);
        foreach (ContributedUpdate update in updates[..3])
        {
            held.TryAdd(update, out _).Should().BeTrue();
        }

        held.TryAdd(updates[3], out UpdateFault? fault).Should().BeFalse();

        fault!.Code.Should().Be("average-full");
        fault.Text.Should().Contain("holds at most 3");
        held.TryReduce(out ParameterVector? result, out _).Should().BeTrue();
        result!.Count.Should().Be(37);
    }

    [Fact]
    public void HeldUpdates_TooFewForTheRule_SayWhatIsNeeded()
    {
        HeldUpdates held = new(new Krum(2), Layout);
        held.TryAdd(Updates(1)[0], out _).Should().BeTrue();

        held.TryReduce(out _, out string? fault).Should().BeFalse();

        fault.Should().Contain("krum needs at least 7 updates");
    }

    [Theory]
    [InlineData(float.NaN, 1, "non-finite")]
    [InlineData(1, 0, "invalid-weight")]
    public void HeldUpdates_UnsoundUpdate_IsRefused(float value, double weight, string code)
    {
        HeldUpdates held = new(new CoordinateMedian(), Layout);
        float[] values = new float[37];
        values[5] = value;

        held.TryAdd(new ContributedUpdate("A", values, weight), out UpdateFault? fault).Should().BeFalse();

        fault!.Code.Should().Be(code);
        held.Updates.Should().Be(0);
    }

    [Fact]
    public void HeldUpdates_QFedAvgWithoutALoss_NamesTheWorker()
    {
        HeldUpdates held = new(new QFedAvg(), Layout, new float[37]);
        held.TryAdd(new ContributedUpdate("B", new float[37], 1), out _).Should().BeTrue();

        held.TryReduce(out _, out string? fault).Should().BeFalse();

        fault.Should().Contain("worker B reports NaN");
    }

    [Fact]
    public void HeldUpdates_RuleWithoutTheReferenceThatItNeeds_IsRefused()
    {
        Action create = () => _ = new HeldUpdates(new NormClipping(), Layout);

        create.Should().Throw<ArgumentException>().WithMessage("norm_clipping needs the 37 parameters*");
    }

    private static string Reduce(string name, IEnumerable<ContributedUpdate> updates)
    {
        IUpdateReducer reducer = Strategy.From(new StrategyOptions { Name = name, Malicious = 1, Keep = 0 }, 0.1f).Open(Layout, new float[37]);
        foreach (ContributedUpdate update in updates)
        {
            reducer.TryAdd(update, out _).Should().BeTrue();
        }

        reducer.TryReduce(out ParameterVector? result, out string? fault).Should().BeTrue(fault);
        return result!.Hash();
    }

    private static ContributedUpdate[] Updates(int count)
    {
        RandomStream random = new(1);
        return [.. Enumerable.Range(0, count).Select(i => new ContributedUpdate(
            $"worker-{i}", Enumerable.Range(0, 37).Select(_ => (float)random.NextGaussian()).ToArray(), 1 + random.NextInt(50), 1 + random.NextInt(9), random.NextDouble()))];
    }
}
