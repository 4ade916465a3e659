using FedActors.FL.Configuration;
using FedActors.FL.Roles;

namespace FedActors.Tests.FL.Roles;

public sealed class RunFingerprintTests
{
    private static readonly FederationOptions Rules = new();

    [Fact]
    public void Fingerprint_WhateverDecidesTheResult_ChangesIt()
    {
        TrainingOptions training = Rules.Training;
        ParticipationOptions participation = Rules.Participation;
        string[] all =
        [
            RunFingerprint.Of(Rules, "landsat"),
            RunFingerprint.Of(Rules, "other"),
            RunFingerprint.Of(Rules with { Strategy = Rules.Strategy with { PreAggregation = "nnm" } }, "landsat"),
            RunFingerprint.Of(Rules, "landsat", new string('a', 64)),
            RunFingerprint.Of(Rules with { Seed = 43 }, "landsat"),
            RunFingerprint.Of(Rules with { Training = training with { Rounds = training.Rounds + 1 } }, "landsat"),
            RunFingerprint.Of(Rules with { Training = training with { LocalEpochs = training.LocalEpochs + 1 } }, "landsat"),
            RunFingerprint.Of(Rules with { Training = training with { BatchSize = training.BatchSize + 1 } }, "landsat"),
            RunFingerprint.Of(Rules with { Training = training with { LearningRate = float.BitIncrement(training.LearningRate) } }, "landsat"),
            RunFingerprint.Of(Rules with { Training = training with { Mu = 0.1f } }, "landsat"),
            RunFingerprint.Of(Rules with { Compression = ["topk(0.1)"] }, "landsat"),
            RunFingerprint.Of(Rules with { Compression = ["topk(0.1)", "int8"] }, "landsat"),
            RunFingerprint.Of(Rules with { Participation = participation with { Workers = 5 } }, "landsat"),
            RunFingerprint.Of(Rules with { Participation = participation with { MinWorkers = 2 } }, "landsat"),
            RunFingerprint.Of(Rules with { Participation = participation with { Fraction = 0.5 } }, "landsat"),
        ];

        all.Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public void Fingerprint_WaitingTimes_LeaveItAsItIs() =>
        RunFingerprint.Of(Rules with { Participation = Rules.Participation with { RoundTimeout = TimeSpan.FromHours(1), MaxAttempts = 9 } }, "landsat")
            .Should().Be(RunFingerprint.Of(Rules, "landsat"));

    [Fact]
    public void RunId_EachInstant_IsAnother()
    {
        DateTimeOffset now = DateTimeOffset.UnixEpoch;

        RunFingerprint.NewRunId("f", now, 0).Should().HaveLength(8).And.NotBe(RunFingerprint.NewRunId("f", now.AddTicks(1), 0)).And.NotBe(RunFingerprint.NewRunId("f", now, 1));
    }
}
