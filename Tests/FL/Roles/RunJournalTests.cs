using FedActors.FL.Configuration;
using FedActors.FL.Data;
using FedActors.FL.Models;
using FedActors.FL.Protocol;
using FedActors.FL.Roles;
using FedActors.FL.Rounds;
using FedActors.FL.Strategies;
using FedActors.Storage;
using FedActors.Storage.Training;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.FL.Roles;

public sealed class RunJournalTests
{
    private static readonly ModelSpecification Model = new(ModelSpecification.Softmax, 2, 2);
    private static readonly RunSite[] Sites = [new("A", "A", 3)];

    [Fact]
    public void Begin_AgainAfterAWriteThatHappenedAndFailed_KeepsWhatIsStored()
    {
        using MemoryTrainingStore memory = new();
        FaultyStore store = new(memory) { OnWrite = static what => what == "begin" ? (new StoreException(StoreFault.Disk, "a failure"), true) : null };
        ManualTimeProvider time = new();
        FederationOptions options = new();
        ProviderSetup setup = new() { Options = options, Store = store, Data = "tiny", Specification = Model };
        RunJournal journal = new(setup, Strategy.From(options.Strategy, options.Training.LearningRate), time);
        journal.Open();
        FluentActions.Invoking(() => journal.Begin(Model, new Standardiser([1, 2], [1, 1]), Sites)).Should().Throw<StoreException>();

        // A site has come back with other data meanwhile.
        time.Advance(TimeSpan.FromSeconds(1));
        journal.Begin(Model, new Standardiser([5, 6], [1, 1]), Sites);

        journal.Plan!.Mean.ToArray().Should().Equal(1, 2);
        RunRecord stored = memory.ListRuns().Should().ContainSingle().Subject;
        RunPlanCodec.Read(stored.Plan.Span).Mean.ToArray().Should().Equal(1, 2);
        journal.Run.StartedAt.Should().Be(stored.StartedAt);
    }
}
