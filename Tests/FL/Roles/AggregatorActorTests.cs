using FedActors.Actors;
using FedActors.FL.Aggregation;
using FedActors.FL.Configuration;
using FedActors.FL.Protocol;
using FedActors.FL.Roles;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.FL.Roles;

public sealed class AggregatorActorTests : IAsyncDisposable
{
    private static readonly RoundKey Key = new("run1", 1, 1);

    private readonly ActorSystem _system = new(new ActorSystemOptions { Time = new ManualTimeProvider() });
    private readonly Probe _provider;

    public AggregatorActorTests() => _provider = new Probe(_system, "provider");

    public async ValueTask DisposeAsync() => await _system.DisposeAsync();

    [Fact]
    public async Task Aggregator_Closed_AnswersWithTheWeightedMean()
    {
        ActorRef aggregator = await Admitted();
        _provider.Tell(aggregator, new OpenRound(Key, TinyData.Model));
        _provider.Tell(aggregator, new AccumulateUpdate(Key, "A", Filled(1), 1));
        _provider.Tell(aggregator, new AccumulateUpdate(Key, "B", Filled(5), 3));
        _provider.Tell(aggregator, new CloseRound(Key));

        AggregatedResult result = await _provider.Expect<AggregatedResult>();

        result.Contributors.Should().Equal("A", "B");
        result.Parameters.ToArray().Should().OnlyContain(value => value == 4f).And.HaveCount(15);
    }

    [Fact]
    public async Task Aggregator_OpenedAnew_ForgetsWhatItHeld()
    {
        ActorRef aggregator = await Admitted();
        _provider.Tell(aggregator, new OpenRound(Key, TinyData.Model));
        _provider.Tell(aggregator, new AccumulateUpdate(Key, "A", Filled(1), 1));
        RoundKey next = Key with { Attempt = 2 };
        _provider.Tell(aggregator, new OpenRound(next, TinyData.Model));
        _provider.Tell(aggregator, new AccumulateUpdate(next, "B", Filled(5), 3));
        _provider.Tell(aggregator, new CloseRound(next));

        (await _provider.Expect<AggregatedResult>()).Contributors.Should().Equal("B");
    }

    [Fact]
    public async Task Aggregator_UpdateOfARoundItDoesNotHold_SaysSo()
    {
        ActorRef aggregator = await Admitted();

        _provider.Tell(aggregator, new AccumulateUpdate(Key, "A", Filled(1), 1));
        (await _provider.Expect<AggregationFailed>()).Text.Should().Contain("does not hold run run1 round 1 attempt 1");

        _provider.Tell(aggregator, new CloseRound(Key));
        (await _provider.Expect<AggregationFailed>()).Text.Should().Contain("no update");
    }

    [Fact]
    public async Task Aggregator_UnsoundUpdate_RefusesItAndKeepsTheRest()
    {
        ActorRef aggregator = await Admitted();
        _provider.Tell(aggregator, new OpenRound(Key, TinyData.Model));
        _provider.Tell(aggregator, new AccumulateUpdate(Key, "A", Filled(float.NaN), 1));
        _provider.Tell(aggregator, new AccumulateUpdate(Key, "B", Filled(2), 1));
        _provider.Tell(aggregator, new CloseRound(Key));

        (await _provider.Expect<UpdateNotAccumulated>()).Should().BeEquivalentTo(new { WorkerId = "A", Code = "non_finite" });
        (await _provider.Expect<AggregatedResult>()).Contributors.Should().Equal("B");
    }

    [Fact]
    public async Task Aggregator_SumAndSingleUpdates_AveragesAllOfThem()
    {
        ActorRef aggregator = await Admitted();
        _provider.Tell(aggregator, new OpenRound(Key, TinyData.Model));
        _provider.Tell(aggregator, new AccumulateUpdate(Key, "A", Filled(1), 1));
        _provider.Tell(aggregator, new AccumulateSum(Key, "east", ["B", "C"], new double[] { 2, 1 }, SumOf((5, 2), (1, 1))));
        _provider.Tell(aggregator, new CloseRound(Key));

        AggregatedResult result = await _provider.Expect<AggregatedResult>();

        result.Contributors.Should().Equal("A", "B", "C");
        result.Parameters.ToArray().Should().OnlyContain(value => value == 3f);
    }

    [Fact]
    public async Task Aggregator_SumOfOtherWeights_RefusesItAndKeepsTheRest()
    {
        ActorRef aggregator = await Admitted();
        _provider.Tell(aggregator, new OpenRound(Key, TinyData.Model));
        _provider.Tell(aggregator, new AccumulateSum(Key, "east", ["B", "C"], new double[] { 2, 2 }, SumOf((5, 2), (1, 1))));
        _provider.Tell(aggregator, new AccumulateUpdate(Key, "A", Filled(1), 1));
        _provider.Tell(aggregator, new CloseRound(Key));

        (await _provider.Expect<SumNotAccumulated>()).Should().BeEquivalentTo(new { Key, CombinerId = "east" });
        (await _provider.Expect<AggregatedResult>()).Contributors.Should().Equal("A");
    }

    [Fact]
    public async Task Aggregator_SumForARuleThatComparesUpdates_SaysThatItNeedsThem()
    {
        ActorRef aggregator = await Admitted();
        _provider.Tell(aggregator, new OpenRound(Key, TinyData.Model, new StrategyOptions { Name = "fedmedian" }, 1, default));
        _provider.Tell(aggregator, new AccumulateSum(Key, "east", ["B"], new double[] { 2 }, SumOf((5, 2))));

        (await _provider.Expect<AggregationFailed>()).Text.Should().Contain("one by one");
    }

    [Fact]
    public async Task Aggregator_Stranger_IsNotHeard()
    {
        ActorRef aggregator = await Admitted();
        Probe stranger = new(_system, "stranger");
        _provider.Tell(aggregator, new OpenRound(Key, TinyData.Model));
        stranger.Tell(aggregator, new AccumulateUpdate(Key, "A", Filled(100), 1));
        await Handled.By(aggregator);
        _provider.Tell(aggregator, new AccumulateUpdate(Key, "B", Filled(2), 1));
        _provider.Tell(aggregator, new CloseRound(Key));

        (await _provider.Expect<AggregatedResult>()).Contributors.Should().Equal("B");
    }

    private static byte[] SumOf(params (float Value, double Weight)[] updates)
    {
        FederatedAverage sum = new(TinyData.Model.Layout);
        foreach ((float value, double weight) in updates)
        {
            sum.TryAdd(Filled(value), weight, out _).Should().BeTrue();
        }

        return SumCodec.ToBytes(sum);
    }

    private static float[] Filled(float value)
    {
        float[] values = new float[TinyData.Model.Layout.Count];
        Array.Fill(values, value);
        return values;
    }

    private async Task<ActorRef> Admitted()
    {
        ActorRef aggregator = _system.Spawn(CoordinatedRoles.Aggregator(new AggregatorSetup { MemberId = "aggregator", Provider = _provider.Ref }), "aggregator");
        await _provider.Expect<RegisterAggregator>();
        _provider.Tell(aggregator, new Registered("aggregator", false));
        return aggregator;
    }
}
