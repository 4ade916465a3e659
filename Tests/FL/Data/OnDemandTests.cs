using FedActors.FL.Configuration;
using FedActors.FL.Data;
using FedActors.FL.Data.OnDemand;
using FedActors.FL.Models;
using FedActors.FL.Training;
using FedActors.Tests.FL.Training;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.FL.Data;

/// <summary>Examples that are read as they are needed are, in everything that comes of them, those of memory.</summary>
public sealed class OnDemandTests : IDisposable
{
    private const int Features = 37;
    private const int Classes = 5;

    // Pieces and windows hold 7,085 rows of 37 features, or 6,912 in whole batches: more than one of each, and not in whole numbers.
    private const int Rows = 8_001;

    private static readonly DataSet InMemory = Problems.Random(Rows, Features, Classes);

    private readonly TemporaryFolder _folder = new();

    private string Archive => _folder["site.npz"];

    private string Cache => _folder["cache"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false, "softmax", "sgd", 33)]
    [InlineData(true, "softmax", "momentum", 500)]
    [InlineData(false, "mlp:20", "adam", 64)]
    [InlineData(true, "mlp:20", "sgd", 8_001)]
    public void Train_FromTheFile_GivesTheBitsOfMemory(bool compress, string kind, string optimizer, int batch)
    {
        Write(compress);
        DataSet onDemand = Open()!;
        ModelSpecification model = new(kind, Features, Classes);
        TrainingOptions options = new() { BatchSize = batch, LocalEpochs = 2, LearningRate = 0.05f, Optimizer = optimizer };
        Standardiser standardiser = FeatureMoments.Of(onDemand).ToStandardiser();

        (ParameterVector lazy, EvaluationMetrics lazyScores) = Train(model, standardiser.Apply(onDemand), options);
        (ParameterVector eager, EvaluationMetrics eagerScores) = Train(model, standardiser.Apply(InMemory), options);

        onDemand.IsInMemory.Should().BeFalse();
        lazy.Hash().Should().Be(eager.Hash()).And.NotBe(InitialParameters.Draw(model, 3).Hash());
        BitConverter.DoubleToInt64Bits(lazyScores.Loss).Should().Be(BitConverter.DoubleToInt64Bits(eagerScores.Loss));
        lazyScores.Confusion.Should().Equal(eagerScores.Confusion);
        Prediction.Predict(model, lazy, standardiser.Apply(onDemand)).Should().Equal(Prediction.Predict(model, eager, standardiser.Apply(InMemory)));
        Directory.Exists(Cache).Should().Be(compress, "what is stored is read where it lies");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Open_AnyStorage_HasTheLabelsMomentsAndRowsOfMemory(bool compress)
    {
        Write(compress);

        DataSet data = Open()!;

        data.Labels.ToArray().Should().Equal(InMemory.Labels.ToArray());
        FeatureMoments.Of(data).ToBytes().Should().Equal(FeatureMoments.Of(InMemory).ToBytes());
        data.Select([Rows - 1, 0, 17, 18, 19, 17]).Values.ToArray().Should().Equal(InMemory.Select([Rows - 1, 0, 17, 18, 19, 17]).Values.ToArray());
        FluentActions.Invoking(() => data.Values.Length).Should().Throw<InvalidOperationException>().WithMessage("*in memory, which holds Data:Memory megabytes*");
    }

    [Fact]
    public void Open_OtherTypes_AreThoseThatMemoryWouldHold()
    {
        double[] values = [.. Enumerable.Range(0, 12).Select(i => Math.Sin(i) / 3)];
        foreach (NpyArray array in (NpyArray[])[NpyArray.Of(values, 4, 3), NpyArray.Of([.. Enumerable.Range(0, 12)], 4, 3), NpyArray.Of([.. Enumerable.Range(0, 12).Select(i => (byte)(20 * i))], 4, 3)])
        {
            NpzWriter.Write(Archive, [new("X", array), new("y", NpyArray.Of(new long[4], 4))]);

            DataSet data = new OnDemandExamples(Archive, DataFiles.Hash(Archive), new OnDemandOptions(0, Cache), new DataLimits()).TryOpen(3, 2)!;

            data.Select([2, 0, 1, 3]).Values.ToArray().Should().Equal(new DataSet(3, 2, array.ToSingles(), new int[4]).Select([2, 0, 1, 3]).Values.ToArray());
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1L << 30)]
    public void LoadSite_NpyWithLabels_IsWhatAnNpzFileWouldBe(long memory)
    {
        NpyWriter.Write(_folder["A.npy"], NpyArray.Of(InMemory.Values.ToArray(), Rows, Features));
        NpyWriter.Write(_folder["A.labels.npy"], NpyArray.Of(Array.ConvertAll(InMemory.Labels.ToArray(), label => (long)label), Rows));
        SiteFile site = new("A", "A.npy", Rows, DataFiles.Hash(_folder["A.npy"])) { Labels = new SiteLabels("A.labels.npy", DataFiles.Hash(_folder["A.labels.npy"])) };
        new DataManifest { Name = "npy", Features = Features, Classes = Classes, ClassNames = ["a", "b", "c", "d", "e"], Sites = [site] }.Save(_folder.Path);

        DataSet data = FederatedData.Open(_folder.Path, new OnDemandOptions(memory, Cache)).LoadSite("A");

        data.IsInMemory.Should().Be(memory > 0);
        data.Labels.ToArray().Should().Equal(InMemory.Labels.ToArray());
        FeatureMoments.Of(data).ToBytes().Should().Equal(FeatureMoments.Of(InMemory).ToBytes());
        data.Select([Rows - 1, 3]).Values.ToArray().Should().Equal(InMemory.Select([Rows - 1, 3]).Values.ToArray());
        Directory.Exists(Cache).Should().BeFalse();

        NpyWriter.Write(_folder["A.labels.npy"], NpyArray.Of(new long[Rows], Rows));
        FluentActions.Invoking(() => FederatedData.Open(_folder.Path, new OnDemandOptions(memory, Cache)).LoadSite("A")).Should().Throw<DataFileException>().WithMessage("*A.labels.npy: its SHA-256 is*");
    }

    [Theory]
    [InlineData("A.npy", null, "site A has the file 'A.npy' without labels; an npy file needs a file of labels")]
    [InlineData("A.npz", "y.npy", "site A has the file 'A.npz' with labels")]
    [InlineData("A.npy", "../y.npy", "the labels of site A are no plain file name")]
    public void Save_LabelsThatDoNotBelong_AreNamed(string file, string? labels, string fault)
    {
        string hash = new('0', 64);
        SiteFile site = new("A", file, 1, hash) { Labels = labels is null ? null : new SiteLabels(labels, hash) };

        FluentActions.Invoking(() => new DataManifest { Name = "npy", Features = 1, Classes = 2, ClassNames = ["a", "b"], Sites = [site] }.Save(_folder.Path))
            .Should().Throw<ArgumentException>().WithMessage($"*{fault}*");
    }

    [Fact]
    public void Open_SmallEnough_IsLeftToMemory()
    {
        Write(compress: false);
        const long Bytes = (long)Rows * Features * sizeof(float);

        Open(Bytes).Should().BeNull();
        Open(Bytes - 1).Should().NotBeNull();
    }

    // A float64 array of 1 to 2 GiB was refused, though its rows fit and larger ones were read.
    [Fact]
    public void Open_RowsFitButTheArrayIsTooLargeToBeReadAtOnce_AreReadInPieces()
    {
        NpzWriter.Write(Archive, [new("X", NpyArray.Of([.. Enumerable.Range(0, 12).Select(i => i / 3.0)], 4, 3)), new("y", NpyArray.Of(new long[4], 4))]);

        DataSet? Opened(long mostAtOnce) => new OnDemandExamples(Archive, DataFiles.Hash(Archive), new OnDemandOptions(48, Cache), new DataLimits { MaxArrayBytes = mostAtOnce }).TryOpen(3, 2);

        Opened(96).Should().BeNull();
        Opened(95)!.Select([3]).Values.ToArray().Should().Equal(3, 10 / 3f, 11 / 3f);
    }

    [Fact]
    public void Train_FromTheFile_TakesMemoryForBatchesAlone()
    {
        Write(compress: false);
        DataSet data = Open()!;
        ModelSpecification model = new("softmax", Features, Classes);
        LocalTrainer trainer = new(model, data, 3, "A");
        ParameterVector start = InitialParameters.Draw(model, 3);
        trainer.Train(start, new TrainingOptions { LocalEpochs = 1 }, 1);
        long before = GC.GetAllocatedBytesForCurrentThread();

        trainer.Train(start, new TrainingOptions { LocalEpochs = 1 }, 2);

        (GC.GetAllocatedBytesForCurrentThread() - before).Should().BeLessThan(64 << 10, "the examples have 1.2 MB");
    }

    [Fact]
    public void Open_LaidOutBefore_IsTakenAgainUnlessItWasDamaged()
    {
        Write(compress: true);
        Open();
        string laid = Directory.GetFiles(Cache).Should().ContainSingle().Subject;
        DateTime first = File.GetLastWriteTimeUtc(laid);

        Open();
        File.GetLastWriteTimeUtc(laid).Should().Be(first);

        using (FileStream stream = new(laid, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            stream.Position = 1_000;
            stream.WriteByte(255);
        }

        FeatureMoments.Of(Open()!).ToBytes().Should().Equal(FeatureMoments.Of(InMemory).ToBytes());
    }

    [Fact]
    public void Open_WhatFormerStartsLeft_IsDroppedUnlessItIsInUse()
    {
        Write(compress: true);
        DataSet inUse = Open()!;
        string former = Directory.GetFiles(Cache).Single();
        string partial = Path.Combine(Cache, Path.GetFileName(former)[..16] + "-hash.1.1.partial");
        File.WriteAllText(partial, "");
        File.WriteAllText(Path.Combine(Cache, "another.f32"), "");
        NpzWriter.Write(Archive, [new("X", NpyArray.Of(new float[Rows * Features], Rows, Features)), new("y", NpyArray.Of(new long[Rows], Rows))], compress: true);

        Open();

        File.Exists(partial).Should().BeFalse();
        inUse.Select([1]).Values.ToArray().Should().Equal(InMemory.Select([1]).Values.ToArray());
        Directory.GetFiles(Cache).Should().HaveCount(3).And.Contain(former);
    }

    [Fact]
    public void Open_FormerFileThatNobodyUses_IsDropped()
    {
        Write(compress: true);
        Open();
        string kept = Directory.GetFiles(Cache).Single();
        string former = kept.Replace(DataFiles.Hash(Archive), new string('0', 64), StringComparison.Ordinal);
        File.Copy(kept, former);

        Open();

        Directory.GetFiles(Cache).Should().Equal(kept);
    }

    [Fact]
    public void Open_NoPlaceToLayOut_SaysSo()
    {
        Write(compress: true);
        File.WriteAllText(Cache, "");

        Refusal(Features, Classes).Should().Contain("cannot be laid out").And.Contain("set Storage:Path");
    }

    [Fact]
    public void Open_StoredByColumns_SaysHowToTurnIt()
    {
        byte[] columns = NpzFiles.Npy("{'descr': '<f4', 'fortran_order': True, 'shape': (4, 3), }\n", new byte[48]);
        File.WriteAllBytes(Archive, NpzFiles.Zip(System.IO.Compression.CompressionLevel.NoCompression, ("X.npy", columns), ("y.npy", NpzFiles.Npy(NpyArray.Of(new long[4], 4)))));

        Refusal(3, 2).Should().Contain("stored column by column").And.Contain("numpy.ascontiguousarray.").And.NotContain("Data:Memory");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Open_NumberThatIsNotFinite_IsNamedByRowAndFeature(bool compress)
    {
        float[] values = InMemory.Values.ToArray();
        values[((Rows - 2) * Features) + 5] = float.NaN;
        NpzWriter.Write(Archive, [new("X", NpyArray.Of(values, Rows, Features)), new("y", NpyArray.Of(new long[Rows], Rows))], compress);

        Refusal(Features, Classes).Should().Contain($"row {Rows - 2}, feature 5 is NaN");
        (Directory.Exists(Cache) ? Directory.GetFiles(Cache) : []).Should().BeEmpty();
    }

    [Fact]
    public void Open_BytesChanged_AreRefusedByTheirChecksum()
    {
        Write(compress: false);
        byte[] bytes = File.ReadAllBytes(Archive);
        bytes[5_000] ^= 1;
        File.WriteAllBytes(Archive, bytes);

        Refusal(Features, Classes).Should().Contain("the checksum is");
    }

    [Theory]
    [InlineData(Features + 1, Classes, "it has 37 features; 38 are expected")]
    [InlineData(Features, 2, "2 classes allow 0 to 1")]
    public void Open_OtherThanTheManifest_SaysBoth(int features, int classes, string fault)
    {
        Write(compress: false);

        Refusal(features, classes).Should().Contain(fault);
    }

    [Fact]
    public void Gather_FileCutShortMeanwhile_SaysSo()
    {
        Write(compress: true);
        DataSet data = Open()!;
        using (FileStream stream = new(Directory.GetFiles(Cache).Single(), FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            stream.SetLength(100);
        }

        FluentActions.Invoking(() => data.Select([Rows - 1])).Should().Throw<DataFileException>().WithMessage("*it ends earlier than when it was opened*");
    }

    [Fact]
    public void WriteExamples_FromTheFile_AreTheBytesOfMemory()
    {
        Write(compress: true);

        NpzWriter.WriteExamples(_folder["lazy.npz"], Open()!, "x", "y");
        NpzWriter.WriteExamples(_folder["eager.npz"], InMemory, "x", "y");

        File.ReadAllBytes(_folder["lazy.npz"]).Should().Equal(File.ReadAllBytes(_folder["eager.npz"]));
    }

    private static (ParameterVector Trained, EvaluationMetrics Scores) Train(ModelSpecification model, DataSet data, TrainingOptions options)
    {
        LocalTrainer trainer = new(model, data, 3, "A");
        ParameterVector parameters = InitialParameters.Draw(model, 3);
        for (int round = 1; round <= 2; round++)
        {
            parameters = trainer.Train(parameters, options, round).Parameters;
        }

        return (parameters, Evaluation.Evaluate(model, parameters, data));
    }

    private void Write(bool compress) => NpzWriter.Write(
        Archive, [new("X", NpyArray.Of(InMemory.Values.ToArray(), Rows, Features)), new("y", NpyArray.Of(Array.ConvertAll(InMemory.Labels.ToArray(), label => (long)label), Rows))], compress);

    private DataSet? Open(long memory = 0) => new OnDemandExamples(Archive, DataFiles.Hash(Archive), new OnDemandOptions(memory, Cache), new DataLimits()).TryOpen(Features, Classes);

    private string Refusal(int features, int classes) =>
        FluentActions.Invoking(() => new OnDemandExamples(Archive, "hash", new OnDemandOptions(0, Cache), new DataLimits()).TryOpen(features, classes)).Should().Throw<DataFileException>().Which.Message;
}
