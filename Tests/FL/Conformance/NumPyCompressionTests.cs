using FedActors.FL.Compression;
using FedActors.FL.Data;
using FedActors.FL.Models;
using FedActors.FL.Numerics;
using FedActors.Tests.TestKit;
using FedActors.Tests.TestKit.OutsidePrograms;

namespace FedActors.Tests.FL.Conformance;

/// <summary>Holds compressed bodies, byte for byte, and what is read from them against a transcription in NumPy and Python, compression.py.</summary>
public sealed class NumPyCompressionTests
{
    private static readonly string[] Pipelines =
    [
        "topk(0.05)", "topk(0.3),int8", "topk(0.3),int4", "topk(0.05),float16", "randomk(0.05)", "randomk(0.4),int8", "int8", "int4", "float16", "lowrank(1)", "lowrank(3)",
    ];

    private static readonly ParameterLayout Layout = new(new TensorShape("W", 40, 11), new TensorShape("b", 11));

    [OutsideProgramFact(OutsideProgram.PythonNumPy)]
    public async Task EveryPipeline_SeveralUpdatesAndRounds_AgreesWithNumPy() =>
        (await CompareAsync(roundOffset: 0)).Should().Contain($"{3 * Pipelines.Length} cases agree");

    [OutsideProgramFact(OutsideProgram.PythonNumPy)]
    public async Task Comparison_AnotherRoundsRandomNumbers_IsNoticed()
    {
        Func<Task> compare = () => CompareAsync(roundOffset: 1);

        (await compare.Should().ThrowAsync<InvalidOperationException>()).WithMessage("*differ*");
    }

    private static async Task<string> CompareAsync(int roundOffset)
    {
        List<KeyValuePair<string, NpyArray>> cases = [];
        foreach (string text in Pipelines)
        {
            for (int round = 1; round <= 3; round++)
            {
                CompressionPipeline pipeline = CompressionPipeline.From(text.Split(','));
                UpdateOrigin origin = new(42, "site", round);
                float[] update = AnyUpdate((ulong)round);
                byte[] body = pipeline.Encode(update, Layout, origin);
                pipeline.TryDecode(body, Layout, origin, out float[]? read, out string? fault).Should().BeTrue(fault);
                string name = $"{text}|42|site|{round + roundOffset}";
                cases.Add(new($"{name}|update", NpyArray.Of(update, update.Length)));
                cases.Add(new($"{name}|body", NpyArray.Of([.. body.Select(value => (long)value)], body.Length)));
                cases.Add(new($"{name}|read", NpyArray.Of(read!, update.Length)));
            }
        }

        using TemporaryFolder folder = new();
        NpzWriter.Write(folder["cases.npz"], cases);
        string script = await File.ReadAllTextAsync(Repository.PathOf("Tests/FL/Conformance/compression.py"));
        return await Python.RunTextAsync(OutsideProgram.PythonNumPy, script, "", folder.Path);
    }

    // Many equal magnitudes in the second, a block of zeros and numbers beyond float16 in the third.
    private static float[] AnyUpdate(ulong seed)
    {
        RandomStream random = new(seed);
        return [.. Enumerable.Range(0, Layout.Count).Select(i => seed switch
        {
            2 => (random.NextInt(9) - 4) / 8f,
            3 => i is >= 64 and < 320 ? 0 : (float)(1e5 * random.NextGaussian()),
            _ => (float)(0.01 * random.NextGaussian()),
        })];
    }
}
