using FedActors.FL.Compression;
using FedActors.FL.Configuration;
using FedActors.FL.Models;
using FedActors.FL.Numerics;
using FedActors.FL.Protocol;
using FedActors.FL.Roles;
using FedActors.Storage.Residuals;

namespace FedActors.Tests.FL.Roles;

/// <summary>A site's residual over updates that count and updates that do not.</summary>
public sealed class SiteCompressionTests
{
    private static readonly ParameterLayout Layout = TinyData.Model.Layout;
    private static readonly CompressionPipeline Pipeline = CompressionPipeline.From(["topk(0.2)"]);

    private readonly MemoryResidualStore _store = new();
    private readonly ParameterVector _given = Vector(1);
    private readonly ParameterVector _trained = Vector(2);

    [Fact]
    public void Compress_UpdateCounted_NextOneBringsWhatWasLeft()
    {
        SiteCompression site = Site();
        site.Compress(_given, _trained, round: 1, settled: 0);

        // The second round trains to nothing new: what it sends is what the first left.
        float[] second = Read(site.Compress(_given, _given, round: 2, settled: 1), 2);

        float[] left = ErrorFeedback.Update(_given.Values, _trained.Values, []);
        foreach (int sent in LargestMagnitudes.PlacesIn(left, 3))
        {
            second[sent].Should().Be(0, "it was sent in the first round");
        }

        second.Count(value => value != 0).Should().Be(3);
    }

    [Fact]
    public void Compress_UpdateDidNotCount_IsAsIfItHadNeverBeen()
    {
        SiteCompression site = Site();
        site.Compress(_given, _trained, round: 1, settled: 0);
        site.Compress(_given, Vector(3), round: 2, settled: 1);

        ReadOnlyMemory<byte> third = site.Compress(_given, Vector(4), round: 3, settled: 1).Body;

        SiteCompression other = Site(new MemoryResidualStore());
        other.Compress(_given, _trained, round: 1, settled: 0);
        other.Compress(_given, Vector(4), round: 3, settled: 1).Body.ToArray().Should().Equal(third.ToArray());
    }

    [Fact]
    public void Compress_AskedAgain_SendsTheSameBytes()
    {
        SiteCompression site = Site();
        site.Compress(_given, _trained, round: 1, settled: 0);
        byte[] first = site.Compress(_given, Vector(3), round: 2, settled: 1).Body.ToArray();

        site.Compress(_given, Vector(3), round: 2, settled: 1).Body.ToArray().Should().Equal(first);
        Site().Compress(_given, Vector(3), round: 2, settled: 1).Body.ToArray().Should().Equal(first, "a restarted worker has the store");
    }

    [Fact]
    public void Compress_StoreIsLost_GoesOnWithoutAndSaysSo()
    {
        Site().Compress(_given, _trained, round: 1, settled: 0).Lost.Should().BeNull();

        CompressedParameters afterwards = Site(new MemoryResidualStore()).Compress(_given, _trained, round: 2, settled: 1);

        afterwards.Lost.Should().Be(1);
        Read(afterwards, 2).Should().Equal(Read(Site(new MemoryResidualStore()).Compress(_given, _trained, round: 2, settled: 0), 2));
    }

    [Fact]
    public void Compress_TrainingDiverged_SendsParametersAsTheyAreAndKeepsNothing()
    {
        float[] values = _trained.Values.ToArray();
        values[3] = float.NaN;

        Site().Compress(_given, new ParameterVector(Layout, values), round: 1, settled: 0).Body.IsEmpty.Should().BeTrue();

        _store.Find("run", 1).Should().BeNull();
    }

    [Fact]
    public void Compress_WithoutResidual_KeepsNothing()
    {
        SiteCompression site = new(CompressionPipeline.From(["int8"]), Plan("int8"), "A", _store);

        site.Compress(_given, _trained, round: 1, settled: 0).Body.IsEmpty.Should().BeFalse();

        _store.Find("run", 1).Should().BeNull();
    }

    private static RunPlan Plan(string compression) =>
        new("run", 42, TinyData.Model, new TrainingOptions(), new double[4], new double[] { 1, 1, 1, 1 }, [], compression);

    private static ParameterVector Vector(ulong seed)
    {
        RandomStream random = new(seed);
        return new ParameterVector(Layout, [.. Enumerable.Range(0, Layout.Count).Select(_ => (float)random.NextGaussian())]);
    }

    private static float[] Read(CompressedParameters compressed, int round)
    {
        Pipeline.TryDecode(compressed.Body.Span, Layout, new UpdateOrigin(42, "A", round), out float[]? update, out string? fault).Should().BeTrue(fault);
        return update!;
    }

    private SiteCompression Site(IResidualStore? store = null) => new(Pipeline, Plan("topk(0.2)"), "A", store ?? _store);
}
