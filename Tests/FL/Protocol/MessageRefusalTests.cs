using FedActors.Actors;
using FedActors.FL.Configuration;
using FedActors.FL.Models;
using FedActors.FL.Protocol;
using FedActors.FL.Rounds;

namespace FedActors.Tests.FL.Protocol;

public sealed class MessageRefusalTests
{
    private static readonly ModelSpecification Model = new(ModelSpecification.Softmax, 2, 2);
    private static readonly RoundKey Key = new("run", 1, 1);

    [Fact]
    public void Name_Empty_IsRefused() => Refuses(new RegisterAggregator("", 1), "empty name");

    [Fact]
    public void Name_TooLong_IsRefused()
    {
        Wire.Carry(new RegisterAggregator(new string('x', WireLimits.MaxNameBytes), 1)).AggregatorId.Should().HaveLength(WireLimits.MaxNameBytes);
        Refuses(new RegisterAggregator(new string('x', WireLimits.MaxNameBytes + 1), 1), $"{WireLimits.MaxNameBytes + 1} is over the limit");
    }

    [Fact]
    public void RunId_TooLong_IsRefused() => Refuses(new CloseRound(new RoundKey(new string('r', WireLimits.MaxIdBytes + 1), 1, 1)), "over the limit");

    [Theory]
    [InlineData(0, 1)]
    [InlineData(-3, 1)]
    [InlineData(1, -1)]
    public void Round_OrAttemptImpossible_IsRefused(int round, int attempt) => Refuses(new CloseRound(new RoundKey("run", round, attempt)), "is allowed");

    [Fact]
    public void Samples_Negative_AreRefused() => Refuses(new RegisterWorker("A", "north", Model, -1, ReadOnlyMemory<byte>.Empty, 1), "samples is -1");

    [Fact]
    public void Weight_Zero_IsRefused() => Refuses(new AccumulateUpdate(Key, "A", ReadOnlyMemory<float>.Empty, 0), "weight is 0");

    [Fact]
    public void Duration_Negative_IsRefused() =>
        Refuses(new ModelUpdate(Key, "A", ReadOnlyMemory<float>.Empty, 1, 0, 0, TimeSpan.FromTicks(-1)), "duration is -1");

    [Fact]
    public void Plan_OtherNumberOfMeansThanFeatures_IsRefused() =>
        Refuses(new RunPlan("run", 1, Model, new TrainingOptions(), new double[3], new double[2], []), "2 features has 3 means");

    [Fact]
    public void Plan_ScaleNotPositive_IsRefused() =>
        Refuses(new RunPlan("run", 1, Model, new TrainingOptions(), new double[2], new double[] { 1, 0 }, []), "Feature 1 has mean 0 and scale 0");

    [Fact]
    public void Confusion_NotSquareInTheClasses_IsRefused() =>
        Refuses(new EvaluationResult(Key, "hash", 1, 0, 0, new double[2], new long[3]), "3 cells was found for 2 classes");

    [Fact]
    public void Outcome_Unknown_IsRefused() => Refuses(new RunEnded("run", (RunOutcome)9, null, 0, null), "outcome is 9");

    [Fact]
    public void Specification_UnknownKind_IsRefused()
    {
        byte[] bytes = Wire.Write(new OpenRound(Key, Model));
        int kind = bytes.AsSpan().IndexOf("softmax"u8);
        bytes[kind] = (byte)'S';

        Action read = () => Wire.Read(typeof(OpenRound), bytes);

        read.Should().Throw<ProtocolException>().WithMessage("*Softmax*not known*");
    }

    [Fact]
    public void Text_LongOrBroken_IsClippedByItsSender()
    {
        string clipped = WireText.Clip(new string('x', 10_000));
        clipped.Should().HaveLength(WireLimits.MaxTextLength).And.EndWith(" ...");
        string repaired = WireText.Clip("half \ud800 pair");

        Wire.Carry(new TrainingFailed(Key, "A", clipped)).Text.Should().Be(clipped);
        Wire.Carry(new TrainingFailed(Key, "A", repaired)).Text.Should().Be("half \ufffd pair");
    }

    private static void Refuses(object message, string because)
    {
        byte[] bytes = Wire.Write(message);

        Action read = () => Wire.Read(message.GetType(), bytes);

        read.Should().Throw<ProtocolException>().WithMessage($"*{because}*");
    }
}
