using FedActors.FL.Configuration;
using FedActors.FL.Models;
using FedActors.FL.Numerics;
using FedActors.FL.Protocol;
using FedActors.FL.Rounds;
using FedActors.FL.Training;

namespace FedActors.Tests.FL.Protocol;

/// <summary>Draws messages of every type, with any bits where any are allowed.</summary>
internal sealed class AnyMessage(RandomStream chance)
{
    private const string Letters = "abcXYZ019-_. äß中\U0001F600";

    /// <summary>One of each type.</summary>
    public IEnumerable<object> OfEachType()
    {
        yield return new RegisterWorker(Name(), Name(), Model(), Count(), Bytes(), Any64());
        yield return new RegisterEvaluator(Name(), Name(), Model(), Count(), Any64());
        yield return new RegisterAggregator(Name(), Any64());
        yield return new Registered(Name(), Coin());
        yield return new RegistrationRefused(Name(), Name(), Text(), Coin());
        yield return new RegisterAgain(Text(), Coin());
        yield return Plan();
        yield return new RunEnded(Name(), (RunOutcome)(1 + chance.NextInt(4)), Coin() ? null : Text(), chance.NextInt(99), Coin() ? null : Name());
        yield return new TrainRequest(Key(), Name(), Floats(), Float(), Coin(), chance.NextInt(99), Floats(), chance.NextInt(99));
        yield return new ModelUpdate(Key(), Name(), Floats(), Count(), Double(), Double(), TimeSpan.FromTicks(Count()), 1 + Count(), Double(), Bytes());
        yield return new TrainingFailed(Key(), Name(), Text());
        yield return new UpdateRefused(Key(), Name(), Name(), Text());
        yield return new GlobalModelBroadcast(Key(), Name(), Coin() ? null : Floats());
        yield return new OpenRound(Key(), Model(), Strategy(), Float(), Floats());
        yield return new AccumulateUpdate(Key(), Name(), Floats(), 0.001 + (1000 * chance.NextDouble()), 1 + Count(), Double());
        yield return new CloseRound(Key());
        yield return new AggregatedResult(Key(), Floats(), [.. Enumerable.Range(0, chance.NextInt(5)).Select(_ => Name())]);
        yield return new AggregationFailed(Key(), Text());
        yield return new UpdateNotAccumulated(Key(), Name(), Name(), Text());
        yield return new EvaluateModel(Key(), Name(), Floats());
        int classes = chance.NextInt(5);
        yield return new EvaluationResult(Key(), Name(), Count(), Double(), Double(), Doubles(classes), Integers(classes * classes));
        yield return new EvaluationFailed(Key(), Text());
        yield return new PackageRequest(Name(), chance.NextInt(1 << 30));
        yield return new PackagePart(Name(), chance.NextInt(1 << 30), Bytes());
        yield return new PackageRefused(Name(), Text());
        yield return new RegisterCombiner(Name(), Any64());
        yield return new RoundModel(Key(), Name(), Floats(), Coin());
        yield return new UpdateFiguresReport(Key(), Name(), Count(), Double(), Double(), TimeSpan.FromTicks(Count()), 1 + Count(), chance.NextInt(1 << 30), Coin() ? "" : Name(), Text());
        yield return new WorkerLeft(Name(), Text(), Coin());
        yield return new CountUpdate(Key(), Name(), 0.001 + (1000 * chance.NextDouble()));
        yield return new SumRequest(Key(), Names());
        yield return new PartialSum(Key(), Names(), Bytes());
        yield return new SumFailed(Key(), Text());
        string[] summed = Names();
        yield return new AccumulateSum(Key(), Name(), summed, Doubles(summed.Length), Bytes());
        yield return new SumNotAccumulated(Key(), Name(), Text());
    }

    private RunPlan Plan()
    {
        ModelSpecification model = Model();
        TrainingOptions training = new()
        {
            Rounds = 1 + chance.NextInt(99), LocalEpochs = 1 + chance.NextInt(9), BatchSize = 1 + chance.NextInt(99), LearningRate = Share(), Mu = Share(),
            Optimizer = LocalOptimizers.All[chance.NextInt(3)], Momentum = Share(), Beta1 = Share(), Beta2 = Share(), Epsilon = Share(), WeightDecay = Share(),
            Schedule = LearningRates.All[chance.NextInt(4)], ScheduleRounds = 1 + chance.NextInt(99), ScheduleFactor = Share(),
        };
        RunSite[] sites = [.. Enumerable.Range(0, chance.NextInt(5)).Select(_ => new RunSite(Name(), Name(), Count()))];
        return new RunPlan(Name(), chance.NextUInt64(), model, training, Positive(model.Features), Positive(model.Features), sites, Coin() ? "" : "topk(0.01),int8")
        {
            Package = Coin() ? null : new PackageOffer(Convert.ToHexStringLower([.. Enumerable.Range(0, 32).Select(_ => (byte)chance.NextInt(256))]), 1 + chance.NextInt(1 << 29), (EntryPoint)(1 + chance.NextInt(7))),
        };
    }

    // Over 0 and below 1.
    private float Share() => (1 + chance.NextInt((1 << 24) - 1)) * (1f / (1 << 24));

    private StrategyOptions Strategy() => new()
    {
        Name = Name(), ServerLearningRate = Coin() ? null : chance.NextDouble(), ServerMomentum = Double(), Beta1 = Coin() ? null : chance.NextDouble(), Beta2 = Double(), Tau = Double(),
        Trim = Double(), Malicious = chance.NextInt(99), Keep = chance.NextInt(99), ClipNorm = Double(), Iterations = 1 + chance.NextInt(99), Smoothing = Double(), Q = Double(), Stride = 1 + chance.NextInt(99),
        PreAggregation = Name(),
    };

    private bool Coin() => chance.NextInt(2) == 0;

    private RoundKey Key() => new(Name(), 1 + chance.NextInt(int.MaxValue - 1), chance.NextInt(99));

    private ModelSpecification Model() => new(ModelSpecification.Softmax, 1 + chance.NextInt(40), 2 + chance.NextInt(9));

    private string[] Names() => [.. Enumerable.Range(0, chance.NextInt(5)).Select(_ => Name())];

    private string Name() => string.Concat(Enumerable.Range(0, 1 + chance.NextInt(12)).Select(_ => Letters.EnumerateRunes().ElementAt(chance.NextInt(16)).ToString()));

    private string Text() => string.Concat(Enumerable.Range(0, chance.NextInt(20)).Select(_ => Name()));

    private long Count() => (long)(chance.NextUInt64() >> (1 + chance.NextInt(63)));

    private long Any64() => (long)chance.NextUInt64();

    private float Float() => BitConverter.UInt32BitsToSingle((uint)chance.NextUInt64());

    private double Double() => BitConverter.UInt64BitsToDouble(chance.NextUInt64());

    private byte[] Bytes() => [.. Enumerable.Range(0, chance.NextInt(50)).Select(_ => (byte)chance.NextInt(256))];

    private float[] Floats() => [.. Enumerable.Range(0, chance.NextInt(50)).Select(_ => Float())];

    private double[] Doubles(int count) => [.. Enumerable.Range(0, count).Select(_ => Double())];

    private double[] Positive(int count) => [.. Enumerable.Range(0, count).Select(_ => 0.001 + chance.NextDouble())];

    private long[] Integers(int count) => [.. Enumerable.Range(0, count).Select(_ => Any64())];
}
