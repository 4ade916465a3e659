using System.Globalization;
using FedActors.FL.Configuration;
using FedActors.FL.Data;
using FedActors.FL.Models;
using FedActors.FL.Protocol;
using FedActors.FL.Roles;
using FedActors.FL.Rounds;
using FedActors.FL.Strategies;
using FedActors.Storage.Training;
using FedActors.Tests.FL.Roles;
using FedActors.Tests.TestKit;
using FedActors.Tests.TestKit.OutsidePrograms;

namespace FedActors.Tests.FL.Conformance;

/// <summary>Holds whole runs under SCAFFOLD, with three of five sites in each round, against a transcription of its paper in NumPy, scaffold.py.</summary>
public sealed class NumPyScaffoldTests
{
    private const int Rounds = 50;
    private const int Sites = 5;
    private const int Steps = 4;
    private const float Rate = 0.2f;

    [OutsideProgramTheory(OutsideProgram.PythonNumPy)]
    [InlineData(1.0)]
    [InlineData(0.7)]
    public async Task Scaffold_FiftyRoundsOfTheRoles_AgreeWithNumPyToAMillionth(double serverRate) =>
        (await CompareAsync(serverRate, told: Rate)).Should().Contain($"over {Rounds} rounds");

    [OutsideProgramFact(OutsideProgram.PythonNumPy)]
    public async Task Comparison_LearningRateOffByAThousandth_IsNoticed()
    {
        Func<Task> compare = () => CompareAsync(serverRate: 1, told: Rate * 1.001f);

        (await compare.Should().ThrowAsync<InvalidOperationException>()).WithMessage("*scaffold differs by*");
    }

    private static async Task<string> CompareAsync(double serverRate, float told)
    {
        TinyData data = new(Sites);
        FederationOptions rules = new()
        {
            Training = new TrainingOptions { Rounds = Rounds, LocalEpochs = Steps, BatchSize = 1000, LearningRate = Rate },
            Strategy = new StrategyOptions { Name = StrategyNames.Scaffold, ServerLearningRate = serverRate },
            Participation = new ParticipationOptions { Workers = Sites, Fraction = 0.6, Sampling = Sampler.RoundRobin },
        };
        using MemoryTrainingStore store = new(keepRounds: Rounds);
        RunResult result = await CoordinatedRun.ExecuteAsync(new CoordinatedRunSetup { Options = rules, Data = data, Store = store }).Limit();
        result.Outcome.Should().Be(RunOutcome.Finished);

        using TemporaryFolder folder = new();
        NpzWriter.Write(folder["run.npz"], Export(data, store, rules, told, serverRate));
        string script = await File.ReadAllTextAsync(Repository.PathOf("Tests/FL/Conformance/scaffold.py"));
        return await Python.RunTextAsync(OutsideProgram.PythonNumPy, script, "", folder.Path, 1e-6.ToString(CultureInfo.InvariantCulture));
    }

    private static List<KeyValuePair<string, NpyArray>> Export(TinyData data, MemoryTrainingStore store, FederationOptions rules, float told, double serverRate)
    {
        RunRecord run = store.ListRuns().Single();
        RunPlan plan = RunPlanCodec.Read(run.Plan.Span);
        int count = TinyData.Model.Layout.Count;
        RoundRecord[] rounds = [.. Enumerable.Range(1, Rounds).Select(round => store.FindRound(run.Id, round)!)];
        string[] names = [.. data.Manifest.Sites.Select(site => site.Name)];
        List<KeyValuePair<string, NpyArray>> export =
        [
            new("shape", NpyArray.Of([TinyData.Features, TinyData.Classes, Rounds, Steps, Sites], 5)),
            new("rates", NpyArray.Of([told, serverRate], 2)),
            new("initial", NpyArray.Of(InitialParameters.Draw(TinyData.Model, rules.Seed).Values.ToArray(), count)),
            new("cohorts", NpyArray.Of([.. rounds.SelectMany(round => names.Select(name => round.Participants.Any(p => p.WorkerId == name) ? 1.0 : 0.0))], Rounds, Sites)),
            new("path", NpyArray.Of([.. rounds.SelectMany(round => ParameterVector.FromBytes(TinyData.Model.Layout, round.Parameters!.Value.Span).Values.ToArray())], Rounds, count)),
        ];
        for (int i = 0; i < Sites; i++)
        {
            DataSet site = plan.ToStandardiser().Apply(data.LoadSite(names[i]));
            export.Add(new($"x_{i}", NpyArray.Of(site.Values.ToArray(), site.Count, site.Features)));
            export.Add(new($"y_{i}", NpyArray.Of(site.Labels.ToArray(), site.Count)));
        }

        return export;
    }
}
