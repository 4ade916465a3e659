using FedActors.FL.Numerics;
using FedActors.Simulation.Disk;
using FedActors.Simulation.Kernel;
using FedActors.Storage;
using FedActors.Storage.Training;
using FedActors.Tests.Contracts;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Simulation.Disk;

public sealed class SimulatedTrainingStoreTests : TrainingStoreContract
{
    private readonly SimulatedHost _host;

    public SimulatedTrainingStoreTests()
    {
        EventQueue queue = new();
        queue.Hold();
        _host = new SimulatedHost(queue, "host");
    }

    [Fact]
    public void LosePower_AfterPromises_KeepsAllOfThem()
    {
        SimulatedDisk<ITrainingStore> disk = Disk(keepRounds: 3);
        ITrainingStore store = new SimulatedTrainingStore(disk, new SimulatedProcess(_host));
        store.BeginRun(StoredRuns.Run());
        store.CommitRound(StoredRuns.Round(1));

        disk.LosePower().Should().Be(0);

        disk.Content.LatestRound("7f3a")!.Round.Should().Be(1);
    }

    [Fact]
    public void LosePower_AfterWhatWasNotPromised_MayLoseThatAlone()
    {
        HashSet<int> lost = [];
        for (ulong seed = 0; seed < 20; seed++)
        {
            SimulatedDisk<ITrainingStore> disk = new(_host, new RandomStream(seed), Empty);
            ITrainingStore store = new SimulatedTrainingStore(disk, new SimulatedProcess(_host));
            store.BeginRun(StoredRuns.Run());
            store.RequestStop("7f3a", default);
            lost.Add(disk.LosePower());
            disk.Content.FindRun("7f3a").Should().NotBeNull();
        }

        lost.Should().BeEquivalentTo([0, 1]);
    }

    [Fact]
    public void LosePower_DiskThatDoesNotFlush_LosesPromises()
    {
        int lost = 0;
        for (ulong seed = 0; seed < 20; seed++)
        {
            SimulatedDisk<ITrainingStore> disk = new(_host, new RandomStream(seed), Empty) { Flushes = false };
            ITrainingStore store = new SimulatedTrainingStore(disk, new SimulatedProcess(_host));
            store.BeginRun(StoredRuns.Run());
            store.CommitRound(StoredRuns.Round(1));
            lost += disk.LosePower();
        }

        lost.Should().BePositive();
    }

    [Fact]
    public void Write_DiskFull_IsRefusedAndNothingChanges()
    {
        SimulatedDisk<ITrainingStore> disk = Disk(keepRounds: 3);
        ITrainingStore store = new SimulatedTrainingStore(disk, new SimulatedProcess(_host));
        disk.FullUntil = TimeSpan.FromSeconds(1);

        FluentActions.Invoking(() => store.BeginRun(StoredRuns.Run())).Should().Throw<StoreException>().Which.Fault.Should().Be(StoreFault.Disk);

        store.ListRuns().Should().BeEmpty();
    }

    [Theory]
    [InlineData(DiskFault.CrashBefore, false)]
    [InlineData(DiskFault.CrashAfter, true)]
    public void Write_ProcessDiesInIt_IsThereWholeOrNotAtAll(DiskFault fault, bool written)
    {
        SimulatedProcess process = new(_host);
        SimulatedDisk<ITrainingStore> disk = new(_host, new RandomStream(1), Empty) { Crash = process.Kill, Next = fault };
        ITrainingStore store = new SimulatedTrainingStore(disk, process);

        FluentActions.Invoking(() => store.BeginRun(StoredRuns.Run())).Should().Throw<ProcessEndedException>();

        disk.Content.ListRuns().Should().HaveCount(written ? 1 : 0);
        FluentActions.Invoking(() => store.ListRuns()).Should().Throw<ProcessEndedException>("the dead read and write nothing");
    }

    [Fact]
    public void Restore_EarlierCopy_GoesBackToIt()
    {
        SimulatedDisk<ITrainingStore> disk = Disk(keepRounds: 3);
        ITrainingStore store = new SimulatedTrainingStore(disk, new SimulatedProcess(_host));
        store.BeginRun(StoredRuns.Run());
        DiskImage<ITrainingStore> image = disk.Copy();
        store.CommitRound(StoredRuns.Round(1));
        DiskImage<ITrainingStore> later = disk.Copy();

        disk.IsEarlier(image).Should().BeTrue();
        disk.Restore(image);

        store.FindRun("7f3a")!.CommittedRounds.Should().Be(0);
        disk.IsEarlier(later).Should().BeFalse("that would be another history");
    }

    protected override ITrainingStore Create(int keepRounds) => new SimulatedTrainingStore(Disk(keepRounds), new SimulatedProcess(_host));

    private static ITrainingStore Empty() => new MemoryTrainingStore(3);

    private SimulatedDisk<ITrainingStore> Disk(int keepRounds) => new(_host, new RandomStream(1), () => new MemoryTrainingStore(keepRounds));
}
