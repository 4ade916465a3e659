using FedActors.FL.Attacks;
using FedActors.FL.Configuration;
using FedActors.FL.Roles;
using FedActors.Storage.Training;

namespace FedActors.Simulation.Scenarios;

/// <summary>What a scenario runs: the rules of a real run, and what its virtual clients are like.</summary>
public sealed record ScenarioSetup
{
    /// <summary>The run's rules, validated; as many workers as there are clients.</summary>
    public required FederationOptions Options { get; init; }

    /// <summary>The clients and their data, not standardised yet.</summary>
    public required IVirtualClients Clients { get; init; }

    /// <summary>Where the run is kept.</summary>
    public required ITrainingStore Store { get; init; }

    /// <summary>The scenario as JSON, for the run's record.</summary>
    public string Configuration { get; init; } = "{}";

    /// <summary>How fast clients train.</summary>
    public DeviceSpeeds Devices { get; init; } = DeviceSpeeds.Instant;

    /// <summary>When clients are there.</summary>
    public Availability Availability { get; init; } = Availability.Always;

    /// <summary>How long messages take.</summary>
    public NetworkConditions Network { get; init; } = new();

    /// <summary>What goes wrong at clients.</summary>
    public ClientFaults Faults { get; init; } = new();

    /// <summary>What malicious clients send; null for none.</summary>
    public Attack? Attack { get; init; }

    /// <summary>Share of the clients that are malicious.</summary>
    public double AttackShare { get; init; }

    /// <summary>Threads that train. The result does not depend on it.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Follows the run, or null.</summary>
    public IRunObserver? Observer { get; init; }

    /// <summary>Told how far the preparation or a round is, now and then.</summary>
    public Action<ScenarioProgress>? Progress { get; init; }

    /// <summary>The clock that tells when the run began; from there on its time is virtual.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}

/// <summary>How far a round is, or the preparation.</summary>
/// <param name="Round">The round; 0 while the features of all clients are added up.</param>
/// <param name="Answered">Clients that have answered, or are added up.</param>
/// <param name="Asked">Clients that were asked, or all.</param>
public readonly record struct ScenarioProgress(int Round, int Answered, int Asked);
