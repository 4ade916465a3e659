using System.Diagnostics.Metrics;
using FedActors.Actors.Middleware;
using FedActors.Actors.Remoting;
using FedActors.Actors.Scheduling;
using FedActors.Actors.Supervision;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace FedActors.Actors;

/// <summary>What an <see cref="ActorSystem"/> is made of.</summary>
public sealed record ActorSystemOptions
{
    /// <summary>The node's id: stable over restarts, unique among the nodes that talk to each other.</summary>
    public string Node { get; init; } = "local";

    /// <summary>
    /// Tells this life of the node from its former ones; must grow from each to the next. Null takes the clock's milliseconds.
    /// </summary>
    public long? Incarnation { get; init; }

    /// <summary>The clock of timers, deadlines and backoff.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where actors run.</summary>
    public ActorScheduler Scheduler { get; init; } = ThreadPoolScheduler.Instance;

    /// <summary>Seeds the jitter of backoffs.</summary>
    public ulong Seed { get; init; } = 42;

    /// <summary>What happens when a top actor fails. An escalation ends the system, and with it, as a rule, the process.</summary>
    public SupervisorStrategy Supervisor { get; init; } = SupervisorStrategy.OneForOne;

    /// <summary>Wraps the handling of messages in all actors; the first is outermost.</summary>
    public IReadOnlyList<ReceiveMiddleware> ReceiveMiddleware { get; init; } = [];

    /// <summary>Wraps the sending of messages to all actors; the first is outermost.</summary>
    public IReadOnlyList<SendMiddleware> SendMiddleware { get; init; } = [];

    /// <summary>How long stopping may take. An actor that hangs past it is abandoned, and that is logged.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How the node talks to others, or null if it does not.</summary>
    public RemotingOptions? Remoting { get; init; }

    /// <summary>Makes the node's meters. Null makes them directly.</summary>
    public IMeterFactory? Meters { get; init; }

    /// <summary>Where logs go.</summary>
    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;
}
