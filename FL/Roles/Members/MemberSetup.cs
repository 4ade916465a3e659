using FedActors.Actors;

namespace FedActors.FL.Roles;

/// <summary>What a worker, aggregator or evaluator needs to be a member of a run.</summary>
public abstract record MemberSetup
{
    /// <summary>The member's name, the same over restarts.</summary>
    public required string MemberId { get; init; }

    /// <summary>The provider, in this process or another, or a combiner that stands for it.</summary>
    public required ActorRef Provider { get; init; }

    /// <summary>Where else to register while <see cref="Provider"/> is not to be reached, tried in this order and then from the front again. Each is asked for when its turn comes.</summary>
    public IReadOnlyList<Func<ActorRef>> Others { get; init; } = [];

    /// <summary>Told who has admitted the member, each time that somebody has.</summary>
    public Action<ActorRef> OnAdmitted { get; init; } = static _ => { };

    /// <summary>Runs the package of a run that has one; by default none is run.</summary>
    public IPackageRunner Packages { get; init; } = NoPackages.Instance;

    /// <summary>Whether the member waits for another run when one has ended, instead of stopping.</summary>
    public bool StaysAfterRun { get; init; }

    /// <summary>How long the provider may take to answer a registration before it is sent again; doubles up to <see cref="MaxRegistrationDelay"/>.</summary>
    public TimeSpan RegistrationTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The wait before registering with a provider that was lost or refused for now; doubles up to <see cref="MaxRegistrationDelay"/>.</summary>
    public TimeSpan RegistrationDelay { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Longest wait between two registrations: a provider that comes back after hours finds its members within seconds.</summary>
    public TimeSpan MaxRegistrationDelay { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Completes when the member has nothing left to do.</summary>
    public MemberCompletion Completion { get; init; } = new();
}
