using FedActors.Actors;
using FedActors.FL.Protocol;

namespace FedActors.FL.Roles;

/// <summary>A worker of a combiner, or of a combiner below it.</summary>
internal sealed class StoodForWorker(string name, ActorRef standIn)
{
    public string Name { get; } = name;

    /// <summary>Its place above.</summary>
    public ActorRef StandIn { get; } = standIn;

    /// <summary>The worker itself, or its place at the combiner below.</summary>
    public required ActorRef Actor { get; set; }

    /// <summary>The combiner below through which it is here, or null.</summary>
    public RegisteredCombiner? Below { get; set; }

    /// <summary>Its registration, as it is told above, and again whenever the way there was broken.</summary>
    public required RegisterWorker Registration { get; set; }

    /// <summary>What cannot be passed on before the parameters that it names have come, or null.</summary>
    public object? Waiting { get; set; }

    /// <summary>What it was asked last.</summary>
    public RoundKey? Asked { get; set; }

    /// <summary>The parameters that it was asked to start from; null where the request held them itself.</summary>
    public RoundModel? Model { get; set; }

    /// <summary>Whether what it was asked to sum from is no longer kept: an answer comes too late to count.</summary>
    public bool IsOverdue { get; set; }

    /// <summary>Its update, sound, until the provider says whether it counts.</summary>
    public ModelUpdate? Held { get; set; }

    /// <summary>Whether the provider was told of its update and has not said whether that counts.</summary>
    public bool IsReported { get; set; }
}
