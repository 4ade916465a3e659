using System.Collections.Concurrent;
using FedActors.Actors;
using FedActors.FL.Compression;
using FedActors.FL.Configuration;
using FedActors.FL.Data;
using FedActors.FL.Models;
using FedActors.FL.Protocol;
using FedActors.FL.Roles;
using FedActors.FL.Rounds;
using FedActors.Storage.Training;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.FL.Roles;

/// <summary>A provider that gets compressed updates from a worker that a test plays.</summary>
public sealed class CompressedUpdatesTests : IAsyncDisposable
{
    private const string Stages = "topk(0.2),int8";

    private readonly ManualTimeProvider _clock = new();
    private readonly ActorSystem _system;
    private readonly MemoryTrainingStore _store = new();
    private readonly TinyData _data = new(1);
    private readonly Probe _worker;
    private readonly Probe _aggregator;
    private ActorRef _provider = null!;

    public CompressedUpdatesTests()
    {
        _system = new ActorSystem(new ActorSystemOptions { Time = _clock });
        _worker = new Probe(_system, "worker-A");
        _aggregator = new Probe(_system, "aggregator");
    }

    public async ValueTask DisposeAsync()
    {
        await _system.DisposeAsync();
        _store.Dispose();
    }

    [Fact]
    public async Task Update_Compressed_ReachesTheAggregatorAsItsSenderReadsItAndIsCounted()
    {
        TrainRequest request = await Begin(Stages);
        byte[] body = Body(request, Stages);

        _worker.Tell(_provider, Update(request) with { Compressed = body });

        float[] expected = Read(request, Stages, body);
        (await _aggregator.Expect<AccumulateUpdate>()).Parameters.ToArray().Should().Equal(expected);
        _aggregator.Tell(_provider, new AggregatedResult(request.Key, expected, ["A"]));
        RoundRecord round = await Eventually.NotNull(() => _store.LatestRound(request.Key.RunId));
        round.UpdateBytes.Should().Be(body.Length);
        round.BytesSaved.Should().Be((TinyData.Model.Layout.Count * sizeof(float)) - body.Length);
        TrainRequest next = await _worker.Expect<TrainRequest>();
        (request.Settled, next.Settled).Should().Be((0, 1), "the worker's residual goes on from the update that counted");
    }

    [Fact]
    public async Task Update_DidNotCount_IsNotSettled()
    {
        TrainRequest request = await Begin(Stages, workers: 1);
        _worker.Tell(_provider, Update(request) with { Compressed = Body(request, Stages) });
        await _aggregator.Expect<AccumulateUpdate>();

        _aggregator.Tell(_provider, new AggregationFailed(request.Key, "it was lost"));

        TrainRequest again = await _worker.Expect<TrainRequest>();
        again.Should().BeEquivalentTo(new { Key = request.Key with { Attempt = 2 }, Settled = 0 });
    }

    [Theory]
    [InlineData(Stages, "no body at all", "it does not begin as version 1 does")]
    [InlineData(Stages, "int8", "it bears the stages 02; the run's are 12, topk(0.2),int8")]
    [InlineData("int8", "NaN scale", "the scale of numbers 0 to 14 is NaN")]
    [InlineData(Stages, "repeated place", "occurs twice")]
    [InlineData("", "int8", "compresses its update; this run does not")]
    public async Task Update_BodyThatCannotBeRead_IsRefusedCountedAndExplained(string stages, string kind, string words)
    {
        TrainRequest request = await Begin(stages);
        byte[] body = kind switch
        {
            "NaN scale" => With(Body(request, "int8"), 3, [0, 0, 0xC0, 0x7F]),
            "repeated place" => With(Body(request, stages), 5, [0]),
            "int8" => Body(request, "int8"),
            _ => [9, 9, 9],
        };

        _worker.Tell(_provider, Update(request) with { Compressed = body });

        UpdateRefused refused = await _worker.Expect<UpdateRefused>();
        (refused.Code, refused.Key).Should().Be(("undecodable", request.Key));
        refused.Text.Should().Contain(words);
        TrainRequest again = await _worker.Expect<TrainRequest>();
        _worker.Tell(_provider, Update(again) with { Parameters = again.Parameters });
        await _aggregator.Expect<CloseRound>();
        _aggregator.Tell(_provider, new AggregatedResult(again.Key, again.Parameters, ["A"]));
        RoundRecord round = await Eventually.NotNull(() => _store.LatestRound(request.Key.RunId));
        round.Refusals.Should().Contain(refusal => refusal.Reason == "undecodable" && refusal.Text.Contains(words));
        round.BytesSaved.Should().Be(0, "what was counted came as it is");
    }

    [Fact]
    public async Task Update_OfAStrangerOrAnotherRound_IsRefusedForThatAndNotRead()
    {
        TrainRequest request = await Begin(Stages);
        byte[] body = Body(request, Stages);
        Probe stranger = new(_system, "stranger");

        stranger.Tell(_provider, Update(request) with { Compressed = body });
        _worker.Tell(_provider, Update(request) with { Compressed = body, Key = request.Key with { Round = 9 } });

        (await stranger.Expect<UpdateRefused>()).Code.Should().Be("forged");
        (await _worker.Expect<UpdateRefused>()).Code.Should().Be("future");
    }

    // A worker that repeated a small body had the provider make a whole model of each.
    [Fact]
    public async Task Update_SentAgain_IsRefusedAsThatAndNotRead()
    {
        RecordingMachine? machine = null;
        TrainRequest request = await Begin(Stages, around: inner => machine = new RecordingMachine(inner));
        _worker.Tell(_provider, Update(request) with { Compressed = Body(request, Stages) });
        await _aggregator.Expect<AccumulateUpdate>();

        _worker.Tell(_provider, Update(request) with { Compressed = new byte[] { 9, 9, 9 } });

        (await _worker.Expect<UpdateRefused>()).Code.Should().Be("duplicate");
        machine!.Updates.Select(update => update.Fault?.Reason).Should().Equal(null, RefusalReason.Duplicate);
    }

    private static byte[] With(byte[] body, int at, byte[] bytes)
    {
        bytes.CopyTo(body, at);
        return body;
    }

    private static CompressionPipeline Pipeline(string stages) => CompressionPipeline.TryParse(stages, out CompressionPipeline? pipeline) ? pipeline : throw new ArgumentException(stages);

    private static UpdateOrigin Origin(TrainRequest request) => new(42, "A", request.Key.Round);

    private static byte[] Body(TrainRequest request, string stages) =>
        Pipeline(stages).Encode([.. Enumerable.Range(0, TinyData.Model.Layout.Count).Select(i => 0.01f * (i - 5))], TinyData.Model.Layout, Origin(request));

    private static float[] Read(TrainRequest request, string stages, byte[] body)
    {
        Pipeline(stages).TryDecode(body, TinyData.Model.Layout, Origin(request), out float[]? difference, out string? fault).Should().BeTrue(fault);
        return [.. difference!.Zip(request.Parameters.ToArray(), (a, b) => b + a)];
    }

    private static ModelUpdate Update(TrainRequest request) => new(request.Key, "A", default, 50, 0.5, 0.75, TimeSpan.FromMilliseconds(1));

    private async Task<TrainRequest> Begin(string stages, int workers = 1, Func<IRoundMachine, IRoundMachine>? around = null)
    {
        ProviderSetup setup = new()
        {
            Options = new FederationOptions
            {
                Training = new TrainingOptions { Rounds = 2 },
                Compression = stages.Length == 0 ? [] : stages.Split(','),
                Participation = new ParticipationOptions { Workers = workers, MinWorkers = workers, MaxAttempts = 3 },
            },
            Store = _store,
            Data = "tiny",
            ExpectsEvaluator = false,
            Machine = around ?? (machine => machine),
        };
        _provider = _system.Spawn(CoordinatedRoles.Provider(setup), "provider");
        _aggregator.Tell(_provider, new RegisterAggregator("aggregator", 1));
        DataSet data = _data.LoadSite("A");
        _worker.Tell(_provider, new RegisterWorker("A", "A", TinyData.Model, data.Count, FeatureMoments.Of(data).ToBytes(), 1));
        return await _worker.Expect<TrainRequest>();
    }

    private sealed class RecordingMachine(IRoundMachine inner) : IRoundMachine
    {
        public ConcurrentQueue<UpdateReceived> Updates { get; } = [];

        public RoundPhase Phase => inner.Phase;

        public int CommittedRounds => inner.CommittedRounds;

        public int Round => inner.Round;

        public int Attempt => inner.Attempt;

        public ModelSpecification? Specification => inner.Specification;

        public Objection? FindMisplacement(UpdateReceived update) => inner.FindMisplacement(update);

        public IReadOnlyList<RoundEffect> Handle(RoundInput input)
        {
            if (input is UpdateReceived update)
            {
                Updates.Enqueue(update);
            }

            return inner.Handle(input);
        }
    }
}
