using FedActors.FL.Aggregation;
using FedActors.FL.Models;
using FedActors.FL.Numerics;

namespace FedActors.Tests.FL.Aggregation;

/// <summary>Updates that are summed eight at a time, as a streaming mean does.</summary>
public sealed class HeldAverageTests
{
    private const int Length = 1043;
    private static readonly ParameterLayout Layout = new(new TensorShape("x", Length));

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(29)]
    public void TryHold_AnyNumber_SameBitsAsOneByOneAtEveryMoment(int count)
    {
        FederatedAverage held = new(Layout), apart = new(Layout);
        for (int i = 0; i < count; i++)
        {
            float[] update = Draw((ulong)i);
            held.TryHold(update, 0.7 * (i + 1), out _).Should().BeTrue();
            apart.TryAdd(update, 0.7 * (i + 1), out _).Should().BeTrue();

            (held.Updates, held.TotalWeight).Should().Be((apart.Updates, apart.TotalWeight));
            if (i % 5 == 4 || i == count - 1)
            {
                held.ToMean().Hash().Should().Be(apart.ToMean().Hash());
            }
        }
    }

    /// <summary>Actors run on the pool: a mean of large models there would keep their answers waiting.</summary>
    [Fact]
    public async Task TryAddAll_LargeModel_IsSummedOnTheThreadsOfWhoeverAsks()
    {
        ParameterLayout large = new(new TensorShape("x", 300_000));
        FederatedAverage average = new(large);
        OneThread here = new();

        bool isTaken = await Task.Factory.StartNew(() => average.TryAddAll([new float[large.Count], new float[large.Count]], [1, 1], out _), CancellationToken.None, TaskCreationOptions.None, here);

        isTaken.Should().BeTrue();
        here.Begun.Should().BeGreaterThan(1);
    }

    [Fact]
    public void TryHold_ProductTooLargeForTheFastWay_SameBits()
    {
        float[] large = Draw(1);
        large[3] = 9e5f;
        FederatedAverage held = new(Layout), apart = new(Layout);
        foreach ((float[] update, double weight) in new[] { (Draw(2), 3.0), (large, 1 << 20), (Draw(3), 4.0) })
        {
            held.TryHold(update, weight, out _).Should().BeTrue();
            apart.TryAdd(update, weight, out _).Should().BeTrue();
        }

        held.ToMean().Hash().Should().Be(apart.ToMean().Hash());
    }

    [Fact]
    public void TryHold_Unsound_IsRefusedAtOnceAndLeavesTheOthers()
    {
        FederatedAverage held = new(Layout), apart = new(Layout);
        float[] bad = Draw(1);
        bad[Length - 1] = float.NaN;
        held.TryHold(Draw(2), 1, out _).Should().BeTrue();

        held.TryHold(bad, 1, out UpdateFault? fault).Should().BeFalse();

        fault!.Code.Should().Be("non-finite");
        apart.TryAdd(Draw(2), 1, out _).Should().BeTrue();
        held.ToMean().Hash().Should().Be(apart.ToMean().Hash());
    }

    [Fact]
    public void TryMerge_OfHeldUpdates_CountsThem()
    {
        FederatedAverage part = new(Layout), whole = new(Layout), apart = new(Layout);
        part.TryHold(Draw(1), 2, out _).Should().BeTrue();
        whole.TryHold(Draw(2), 3, out _).Should().BeTrue();
        apart.TryAdd(Draw(1), 2, out _).Should().BeTrue();
        apart.TryAdd(Draw(2), 3, out _).Should().BeTrue();

        whole.TryMerge(part, out _).Should().BeTrue();

        whole.ToMean().Hash().Should().Be(apart.ToMean().Hash());
    }

    [Fact]
    public void Clear_WithHeldUpdates_ForgetsThem()
    {
        FederatedAverage used = new(Layout), fresh = new(Layout);
        used.TryHold(Draw(1), 2, out _).Should().BeTrue();

        used.Clear();

        used.TryHold(Draw(2), 2, out _).Should().BeTrue();
        fresh.TryAdd(Draw(2), 2, out _).Should().BeTrue();
        used.ToMean().Hash().Should().Be(fresh.ToMean().Hash());
    }

    private static float[] Draw(ulong seed)
    {
        RandomStream random = new(seed + 1);
        return [.. Enumerable.Range(0, Length).Select(_ => (float)random.NextGaussian())];
    }

    /// <summary>Runs every task where it is begun.</summary>
    private sealed class OneThread : TaskScheduler
    {
        public int Begun { get; private set; }

        public override int MaximumConcurrencyLevel => 1;

        protected override void QueueTask(Task task) => TryExecuteTaskInline(task, taskWasPreviouslyQueued: true);

        protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued)
        {
            Begun++;
            return TryExecuteTask(task);
        }

        protected override IEnumerable<Task> GetScheduledTasks() => [];
    }
}
