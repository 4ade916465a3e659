using System.Collections.Immutable;
using FedActors.Actors;
using FedActors.FL.Configuration;
using FedActors.FL.Data;
using FedActors.FL.Models;
using FedActors.FL.Protocol;
using FedActors.FL.Roles;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.FL.Roles;

/// <summary>A worker whose run has a package, which takes as long to prepare as a test says.</summary>
public sealed class WorkerPackagesTests : IAsyncDisposable
{
    private static readonly RunPlan Plan = new("run1", 42, TinyData.Model, new TrainingOptions(), new double[4], new double[] { 1, 1, 1, 1 }, [])
    {
        Package = new PackageOffer(new string('a', 64), 1, EntryPoint.Train),
    };

    private readonly ActorSystem _system = new(new ActorSystemOptions { Time = new ManualTimeProvider() });
    private readonly HeldPackages _packages = new();
    private readonly Probe _provider;

    public WorkerPackagesTests() => _provider = new Probe(_system, "provider");

    public ValueTask DisposeAsync() => _system.DisposeAsync();

    // Each request used to end the one before it, and with that one the fetching of the package: a slow site never trained.
    [Fact]
    public async Task Worker_PackageTakesLongerThanRounds_IsPreparedOnceAndTheNewestRoundTrained()
    {
        ActorRef worker = await Admitted();
        _provider.Tell(worker, Plan);
        _provider.Tell(worker, Request(1, 1));
        _provider.Tell(worker, Request(2, 1));
        await Handled.By(worker);

        (CancellationToken Token, TaskCompletionSource<PackagePrograms> Programs) asked = _packages.Asked.Should().ContainSingle().Subject;
        asked.Token.IsCancellationRequested.Should().BeFalse();
        asked.Programs.SetResult(new PackagePrograms(null, null));

        (await _provider.Expect<ModelUpdate>()).Key.Round.Should().Be(2);
        _packages.Asked.Should().ContainSingle();
    }

    [Fact]
    public async Task Worker_PackageCouldNotBePrepared_SaysSoAndTriesAgainWhenAskedAgain()
    {
        ActorRef worker = await Admitted();
        _provider.Tell(worker, Plan);
        _provider.Tell(worker, Request(1, 1));
        await Handled.By(worker);
        _packages.Asked[0].Programs.SetException(new InvalidOperationException("nobody hands it out"));
        (await _provider.Expect<TrainingFailed>()).Text.Should().Contain("nobody hands it out");

        _provider.Tell(worker, Request(1, 2));
        await Handled.By(worker);
        _packages.Asked[1].Programs.SetResult(new PackagePrograms(null, null));

        (await _provider.Expect<ModelUpdate>()).Key.Attempt.Should().Be(2);
    }

    // Both worked in one folder at once.
    [Fact]
    public async Task Worker_OtherPlan_PreparesWhenTheFormersPreparationHasEnded()
    {
        ActorRef worker = await Admitted();
        _provider.Tell(worker, Plan);
        _provider.Tell(worker, Plan with { Seed = 43 });
        _provider.Tell(worker, Request(1, 1));
        await Handled.By(worker);

        (CancellationToken Token, TaskCompletionSource<PackagePrograms> Programs) former = _packages.Asked.Should().ContainSingle().Subject;
        former.Token.IsCancellationRequested.Should().BeTrue();
        former.Programs.SetCanceled();
        await Eventually.True(() => _packages.Asked.Count == 2);
        _packages.Asked[1].Programs.SetResult(new PackagePrograms(null, null));

        (await _provider.Expect<ModelUpdate>()).Key.Round.Should().Be(1);
    }

    private static TrainRequest Request(int round, int attempt)
    {
        ParameterVector start = InitialParameters.Draw(TinyData.Model, 42);
        return new(new RoundKey("run1", round, attempt), start.Hash(), start.Memory, 0);
    }

    private async Task<ActorRef> Admitted()
    {
        DataSet data = new TinyData().LoadSite("A");
        ActorRef worker = _system.Spawn(CoordinatedRoles.Worker(new WorkerSetup
        {
            MemberId = "A", Provider = _provider.Ref, Site = "A", Specification = TinyData.Model, Data = data, Moments = FeatureMoments.Of(data), Packages = _packages,
        }), "worker");
        await _provider.Expect<RegisterWorker>();
        _provider.Tell(worker, new Registered("A", false));
        return worker;
    }

    private sealed class HeldPackages : IPackageRunner
    {
        private ImmutableList<(CancellationToken Token, TaskCompletionSource<PackagePrograms> Programs)> _asked = [];

        public ImmutableList<(CancellationToken Token, TaskCompletionSource<PackagePrograms> Programs)> Asked => Volatile.Read(ref _asked);

        public Task<PackagePrograms> PrepareAsync(PackageOffer offer, CancellationToken cancellationToken)
        {
            TaskCompletionSource<PackagePrograms> programs = new(TaskCreationOptions.RunContinuationsAsynchronously);
            ImmutableInterlocked.Update(ref _asked, asked => asked.Add((cancellationToken, programs)));
            return programs.Task;
        }
    }
}
