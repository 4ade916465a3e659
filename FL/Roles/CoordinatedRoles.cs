using FedActors.Actors;
using FedActors.Actors.Mailboxes;

namespace FedActors.FL.Roles;

/// <summary>How to make the actors of coordinated mode, in one process or each in its own.</summary>
public static class CoordinatedRoles
{
    /// <summary>The name under which members look for the provider on its node.</summary>
    public const string ProviderName = "provider";

    /// <summary>Name of the aggregator on its node.</summary>
    public const string AggregatorName = "aggregator";

    /// <summary>Name of the evaluator on its node.</summary>
    public const string EvaluatorName = "evaluator";

    /// <summary>Name of what hands out packages, on the provider's node.</summary>
    public const string PackagesName = "packages";

    // Answers of a whole cohort may arrive at once; each is at most a reference to parameters that are in memory anyway.
    private static readonly MailboxOptions WideMailbox = new() { Capacity = 1 << 16 };

    /// <summary>A provider. It takes its run up as soon as it starts.</summary>
    public static Props Provider(ProviderSetup setup)
    {
        ArgumentNullException.ThrowIfNull(setup);
        return Props.Create(() => new ProviderActor(setup)) with { Mailbox = WideMailbox };
    }

    /// <summary>What hands out a run's package, beside its provider.</summary>
    public static Props Packages(IPackageSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return Props.Create(() => new PackageActor(source));
    }

    /// <summary>A worker.</summary>
    public static Props Worker(WorkerSetup setup)
    {
        ArgumentNullException.ThrowIfNull(setup);
        return Props.Create(() => new WorkerActor(setup));
    }

    /// <summary>An aggregator.</summary>
    public static Props Aggregator(AggregatorSetup setup)
    {
        ArgumentNullException.ThrowIfNull(setup);
        return Props.Create(() => new AggregatorActor(setup));
    }

    /// <summary>A combiner. To its workers it is the provider, so that it goes by that name on its node.</summary>
    public static Props Combiner(CombinerSetup setup)
    {
        ArgumentNullException.ThrowIfNull(setup);
        return Props.Create(() => new CombinerActor(setup)) with { Mailbox = WideMailbox };
    }

    /// <summary>What hands out a run's package beside a combiner.</summary>
    /// <param name="above">What hands it out where the combiner has its provider by now.</param>
    public static Props PackageRelay(Func<ActorRef> above)
    {
        ArgumentNullException.ThrowIfNull(above);
        return Props.Create(() => new PackageRelayActor(above));
    }

    /// <summary>An evaluator.</summary>
    public static Props Evaluator(EvaluatorSetup setup)
    {
        ArgumentNullException.ThrowIfNull(setup);
        return Props.Create(() => new EvaluatorActor(setup));
    }
}
