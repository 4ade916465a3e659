using System.Globalization;
using FedActors.FL.Aggregation;
using FedActors.FL.Configuration;
using FedActors.FL.Data;
using FedActors.FL.Models;
using FedActors.FL.Numerics;
using FedActors.FL.Rounds;
using FedActors.FL.Strategies;
using FedActors.Tests.TestKit;
using FedActors.Tests.TestKit.OutsidePrograms;

namespace FedActors.Tests.FL.Conformance;

/// <summary>Holds the asynchronous strategies against a transcription of their papers in NumPy, asynchronous.py: 50 versions, clients of different speeds.</summary>
public sealed class NumPyAsynchronousTests
{
    private const int Versions = 50;
    private const int Clients = 6;
    private const double ServerRate = 0.8;
    private const int Features = 4;
    private const int Classes = 3;

    private static readonly ParameterLayout Layout = new ModelSpecification(ModelSpecification.Softmax, Features, Classes).Layout;
    private readonly float[][] _targets = new float[Clients][];
    private readonly double[] _rates = new double[Clients];
    private readonly double[] _samples = new double[Clients];
    private readonly float[] _initial = new float[Layout.Count];
    private readonly RandomStream _random = new(11);

    public NumPyAsynchronousTests()
    {
        for (int i = 0; i < Clients; i++)
        {
            _targets[i] = [.. Enumerable.Range(0, Layout.Count).Select(_ => (float)_random.NextGaussian())];
            (_rates[i], _samples[i]) = (0.1 + (0.6 * _random.NextDouble()), 10 + _random.NextInt(500));
        }
    }

    [OutsideProgramFact(OutsideProgram.PythonNumPy)]
    public async Task AsynchronousStrategies_FiftyVersions_AgreeWithNumPyToAMillionth()
    {
        string report = await CompareAsync(mixing: 0.6);

        report.Should().Contain("constant: ").And.Contain("hinge: ").And.Contain("polynomial: ").And.Contain("fedbuff: ").And.Contain("fedrec: ");
        report.Should().NotContain("staleness up to 0");
    }

    [OutsideProgramFact(OutsideProgram.PythonNumPy)]
    public async Task Comparison_MixingOffByAThousandth_IsNoticed()
    {
        Func<Task> compare = () => CompareAsync(mixing: 0.6006);

        (await compare.Should().ThrowAsync<InvalidOperationException>()).WithMessage("*constant differs by*");
    }

    private async Task<string> CompareAsync(double mixing)
    {
        ProtocolOptions polynomial = new() { Kind = Protocols.Asynchronous, Mixing = mixing };
        List<KeyValuePair<string, NpyArray>> export =
        [
            new("targets", NpyArray.Of([.. _targets.SelectMany(row => row)], Clients, Layout.Count)),
            new("rates", NpyArray.Of(_rates, Clients)), new("samples", NpyArray.Of(_samples, Clients)), new("initial", NpyArray.Of(_initial, Layout.Count)),
            new("hyperparameters", NpyArray.Of([0.6, ServerRate, 0.5, 10, 2], 5)),
        ];
        Follow(export, "constant", StrategyNames.FedAsync, polynomial with { Staleness = StalenessWeight.Constant });
        Follow(export, "hinge", StrategyNames.FedAsync, polynomial with { Staleness = StalenessWeight.Hinge, StalenessB = 2 });
        Follow(export, "polynomial", StrategyNames.FedAsync, polynomial);
        Follow(export, "fedbuff", StrategyNames.FedBuff, polynomial with { Buffer = 3 });
        Follow(export, "fedrec", StrategyNames.FedRec, polynomial);
        using TemporaryFolder folder = new();
        NpzWriter.Write(folder["run.npz"], export);
        string script = await File.ReadAllTextAsync(Repository.PathOf("Tests/FL/Conformance/asynchronous.py"));
        return await Python.RunTextAsync(OutsideProgram.PythonNumPy, script, "", folder.Path, 1e-6.ToString(CultureInfo.InvariantCulture));
    }

    // The provider's work for one version after another; the last client answers a tenth as often as the others.
    private void Follow(List<KeyValuePair<string, NpyArray>> export, string name, string strategy, ProtocolOptions protocol)
    {
        Strategy rule = Strategy.From(new StrategyOptions { Name = strategy, ServerLearningRate = strategy == StrategyNames.FedBuff ? ServerRate : null }, 0.1f);
        List<float[]> history = [_initial];
        int[] origins = new int[Clients];
        List<double> arrivals = [];
        SiteVectors memory = SiteVectors.Empty;
        for (int version = 0; version < Versions; version++)
        {
            IUpdateReducer reducer = rule.Open(Layout, default);
            foreach (int client in Draw(protocol.BufferOf(strategy)))
            {
                float[] origin = history[origins[client]];
                float[] update = [.. origin.Zip(_targets[client], (x, target) => (float)(x + (_rates[client] * (target - x))))];
                SiteVector own = new($"client {client}", update, _samples[client]);
                reducer.TryAdd(new ContributedUpdate(own.Site, Rebase(history[^1], origin, own, version - origins[client], strategy, protocol, memory), 1), out UpdateFault? fault).Should().BeTrue($"{fault}");
                memory = memory.With([own]);
                arrivals.AddRange([version, client, origins[client]]);
                origins[client] = version + 1;
            }

            reducer.TryReduce(out ParameterVector? mean, out string? none).Should().BeTrue(none);
            float[] next = new float[Layout.Count];
            rule.Optimizer.Step<float>(history[^1], mean!.Values, OptimizerState.Empty, next);
            history.Add(next);
        }

        export.Add(new($"arrivals_{name}", NpyArray.Of(arrivals.ToArray(), arrivals.Count / 3, 3)));
        export.Add(new($"path_{name}", NpyArray.Of([.. history.Skip(1).SelectMany(x => x)], Versions, Layout.Count)));
    }

    private int[] Draw(int count)
    {
        int[] clients = [.. Enumerable.Range(0, _random.NextInt(10) == 0 ? Clients : Clients - 1)];
        _random.Shuffle(clients.AsSpan());
        return clients[..count];
    }

    private static float[] Rebase(float[] global, float[] origin, SiteVector own, int staleness, string strategy, ProtocolOptions protocol, SiteVectors memory) => strategy == StrategyNames.FedRec
        ? AsynchronousMix.TryMean(Layout, memory, own, out ParameterVector? mean, out UpdateFault? fault) ? mean.Values.ToArray() : throw new InvalidOperationException(fault.Text)
        : AsynchronousMix.Rebase(global, own.Values.Span, origin, StalenessWeight.Of(protocol, staleness), strategy == StrategyNames.FedAsync ? protocol.Mixing : null);
}
