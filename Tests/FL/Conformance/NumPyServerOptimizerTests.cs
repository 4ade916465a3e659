using System.Globalization;
using System.Numerics;
using FedActors.FL.Aggregation;
using FedActors.FL.Data;
using FedActors.FL.Numerics;
using FedActors.FL.Strategies;
using FedActors.Tests.TestKit;
using FedActors.Tests.TestKit.OutsidePrograms;

namespace FedActors.Tests.FL.Conformance;

/// <summary>Holds the server optimizers, FedNova and q-FedAvg against a transcription of their papers in NumPy, server_optimizers.py.</summary>
public sealed class NumPyServerOptimizerTests
{
    private const int Rounds = 50;
    private const int Clients = 7;
    private const int Parameters = 40;
    private const double Eta = 0.05, Momentum = 0.8, Beta1 = 0.9, Beta2 = 0.99, Tau = 1e-3, Q = 0.3, ClientRate = 0.1;

    private readonly double[][] _targets = new double[Clients][];
    private readonly double[] _rates = new double[Clients];
    private readonly double[] _samples = new double[Clients];
    private readonly double[] _steps = new double[Clients];
    private readonly double[] _initial = new double[Parameters];

    public NumPyServerOptimizerTests()
    {
        RandomStream random = new(7);
        for (int i = 0; i < Clients; i++)
        {
            _targets[i] = [.. Enumerable.Range(0, Parameters).Select(_ => random.NextGaussian())];
            (_rates[i], _samples[i], _steps[i]) = (0.05 + (0.4 * random.NextDouble()), 10 + random.NextInt(500), 1 + random.NextInt(40));
        }

        for (int i = 0; i < Parameters; i++)
        {
            _initial[i] = (float)random.NextGaussian();
        }
    }

    [OutsideProgramFact(OutsideProgram.PythonNumPy)]
    public async Task ServerOptimizers_FiftyRoundsInFloat64_AgreeWithNumPyToTheLastDigits() =>
        (await CompareAsync<double>(allowed: 1e-12, Momentum)).Should().Contain("qfedavg: ").And.Contain($"over {Rounds} rounds");

    // As a run has them: parameters are float32, so each round rounds them once.
    [OutsideProgramFact(OutsideProgram.PythonNumPy)]
    public async Task ServerOptimizers_FiftyRoundsInFloat32_AgreeWithNumPyToAMillionth() =>
        (await CompareAsync<float>(allowed: 1e-6, Momentum)).Should().Contain("yogi: ");

    [OutsideProgramFact(OutsideProgram.PythonNumPy)]
    public async Task Comparison_MomentumOffByATenThousandth_IsNoticed()
    {
        Func<Task> compare = () => CompareAsync<double>(allowed: 1e-6, Momentum * 1.0001);

        (await compare.Should().ThrowAsync<InvalidOperationException>()).WithMessage("*momentum differs by*");
    }

    private async Task<string> CompareAsync<T>(double allowed, double momentum)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        List<KeyValuePair<string, NpyArray>> export =
        [
            new("targets", NpyArray.Of([.. _targets.SelectMany(row => row)], Clients, Parameters)),
            new("rates", NpyArray.Of(_rates, Clients)), new("samples", NpyArray.Of(_samples, Clients)), new("steps", NpyArray.Of(_steps, Clients)),
            new("initial", NpyArray.Of(_initial, Parameters)),
            new("hyperparameters", NpyArray.Of([Eta, Momentum, Beta1, Beta2, Tau, Q, ClientRate], 7)),
        ];
        ServerOptimizer[] optimizers = [new ServerMomentum(Eta, momentum), new FedAdagrad(Eta, Beta1, Tau), new FedAdam(Eta, Beta1, Beta2, Tau), new FedYogi(Eta, Beta1, Beta2, Tau)];
        export.AddRange(optimizers.Select(optimizer => Path(optimizer.Name, Follow<T>(new WeightedMean(), optimizer))));
        export.Add(Path("fednova", Follow<T>(new FedNova(), new Averaging())));
        export.Add(Path("qfedavg", Follow<T>(new QFedAvg(Q, ClientRate), new Averaging())));
        using TemporaryFolder folder = new();
        NpzWriter.Write(folder["run.npz"], export);
        string script = await File.ReadAllTextAsync(Repository.PathOf("Tests/FL/Conformance/server_optimizers.py"));
        return await Python.RunTextAsync(OutsideProgram.PythonNumPy, script, "", folder.Path, allowed.ToString(CultureInfo.InvariantCulture));
    }

    private List<double> Follow<T>(AggregationRule rule, ServerOptimizer optimizer)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] global = [.. _initial.Select(T.CreateTruncating)];
        OptimizerState state = optimizer.Begin(Parameters);
        List<double> path = [];
        for (int round = 0; round < Rounds; round++)
        {
            T[] aggregate = rule.Reduce(Train(global));
            T[] next = new T[Parameters];

            // Stored and read back in between, as over an interruption.
            state = OptimizerState.FromBytes(optimizer.Step<T>(global, aggregate, state, next).ToBytes(), optimizer.Moments, Parameters);
            path.AddRange(next.Select(double.CreateTruncating));
            global = next;
        }

        return path;
    }

    private UpdateBatch<T> Train<T>(T[] global)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double[] x = [.. global.Select(double.CreateTruncating)];
        T[][] rows = [.. _targets.Select((target, i) => target.Zip(x, (t, value) => T.CreateTruncating(value + (_rates[i] * (t - value)))).ToArray())];
        double[] losses = [.. _targets.Select(target => 0.5 * target.Zip(x, (t, value) => (t - value) * (t - value)).Sum())];
        return new([.. rows.Select(row => new ReadOnlyMemory<T>(row))], _samples, global, _steps, losses);
    }

    private static KeyValuePair<string, NpyArray> Path(string name, List<double> path) => new($"path_{name}", NpyArray.Of(path.ToArray(), Rounds, Parameters));
}
