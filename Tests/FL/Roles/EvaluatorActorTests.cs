using FedActors.Actors;
using FedActors.FL.Configuration;
using FedActors.FL.Models;
using FedActors.FL.Protocol;
using FedActors.FL.Roles;
using FedActors.FL.Training;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.FL.Roles;

public sealed class EvaluatorActorTests : IAsyncDisposable
{
    private static readonly RoundKey Key = new("run1", 1, 1);
    private static readonly RunPlan Plan = new("run1", 42, TinyData.Model, new TrainingOptions(), new double[4], new double[] { 1, 2, 1, 1 }, []);

    private readonly HeldScheduler _evaluation = new();
    private readonly ActorSystem _system = new(new ActorSystemOptions { Time = new ManualTimeProvider() });
    private readonly Probe _provider;
    private readonly EvaluatorSetup _setup;

    public EvaluatorActorTests()
    {
        _provider = new Probe(_system, "provider");
        _setup = new EvaluatorSetup
        {
            MemberId = "evaluator", Provider = _provider.Ref, Specification = TinyData.Model, Data = new TinyData().LoadEvaluation(), Evaluation = _evaluation,
        };
    }

    public async ValueTask DisposeAsync()
    {
        _evaluation.Release();
        await _system.DisposeAsync();
    }

    [Fact]
    public async Task Evaluator_Asked_AnswersAsEvaluationAloneWould()
    {
        ActorRef evaluator = await Admitted();
        _provider.Tell(evaluator, Plan);
        _evaluation.Release();
        ParameterVector model = InitialParameters.Draw(TinyData.Model, 42);

        _provider.Tell(evaluator, new EvaluateModel(Key, "hash", model.Memory));

        EvaluationResult result = await _provider.Expect<EvaluationResult>();
        EvaluationMetrics expected = Evaluation.Evaluate(TinyData.Model, model, Plan.ToStandardiser().Apply(_setup.Data));
        result.Should().BeEquivalentTo(new { Key, ParameterHash = "hash", Samples = 100L, expected.Accuracy, expected.Loss });
        result.Confusion.ToArray().Should().Equal(expected.Confusion);
    }

    [Fact]
    public async Task Evaluator_AskedTwice_AnswersInOrder()
    {
        ActorRef evaluator = await Admitted();
        _provider.Tell(evaluator, Plan);
        float[] model = new float[TinyData.Model.Layout.Count];
        _provider.Tell(evaluator, new EvaluateModel(Key, "one", model));
        _provider.Tell(evaluator, new EvaluateModel(Key with { Round = 2 }, "two", model));
        await Handled.By(evaluator);
        _evaluation.Release();

        (await _provider.Expect<EvaluationResult>()).ParameterHash.Should().Be("one");
        (await _provider.Expect<EvaluationResult>()).ParameterHash.Should().Be("two");
    }

    // Both worked in one folder at once.
    [Fact]
    public async Task Evaluator_OtherPlan_ScoresWhenTheFormersScoringHasEnded()
    {
        ActorRef evaluator = await Admitted();
        float[] model = new float[TinyData.Model.Layout.Count];
        _provider.Tell(evaluator, Plan);
        _provider.Tell(evaluator, new EvaluateModel(Key, "one", model));
        _provider.Tell(evaluator, Plan with { Seed = 43 });
        _provider.Tell(evaluator, new EvaluateModel(Key, "two", model));
        await Handled.By(evaluator);

        _evaluation.Queued.Should().Be(1);
        _evaluation.Release();

        (await _provider.Expect<EvaluationResult>()).ParameterHash.Should().Be("one");
        (await _provider.Expect<EvaluationResult>()).ParameterHash.Should().Be("two");
    }

    [Fact]
    public async Task Evaluator_WithoutAPlanThatFits_SaysSo()
    {
        ActorRef evaluator = await Admitted();
        _provider.Tell(evaluator, new EvaluateModel(Key, "hash", new float[15]));
        (await _provider.Expect<EvaluationFailed>()).Text.Should().Contain("no plan");

        _provider.Tell(evaluator, Plan);
        _provider.Tell(evaluator, new EvaluateModel(Key, "hash", new float[14]));
        (await _provider.Expect<EvaluationFailed>()).Text.Should().Contain("14 parameters");
    }

    private async Task<ActorRef> Admitted()
    {
        ActorRef evaluator = _system.Spawn(CoordinatedRoles.Evaluator(_setup), "evaluator");
        (await _provider.Expect<RegisterEvaluator>()).Samples.Should().Be(100);
        _provider.Tell(evaluator, new Registered("evaluator", false));
        return evaluator;
    }
}
