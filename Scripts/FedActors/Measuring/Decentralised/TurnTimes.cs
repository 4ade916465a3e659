using System.Collections.Concurrent;
using FedActors.Actors.Middleware;

namespace FedActors.Scripts.Measuring.Decentralised;

/// <summary>The longest turns of actors, by actor and message. Actors call side by side.</summary>
internal sealed class TurnTimes
{
    private readonly ConcurrentDictionary<(string Actor, string Message), TimeSpan> _longest = new();

    /// <summary>Measures the actors of a node.</summary>
    public ReceiveMiddleware Measure => next => async (context, envelope) =>
    {
        long began = context.Time.GetTimestamp();
        await next(context, envelope);
        TimeSpan took = context.Time.GetElapsedTime(began);
        _longest.AddOrUpdate((context.Self.Path.Name, envelope.Message.GetType().Name), took, (_, longest) => took > longest ? took : longest);
    };

    /// <summary>The longest of all, the longest first.</summary>
    /// <param name="count">How many.</param>
    public IReadOnlyList<LongestTurn> Longest(int count) =>
        [.. _longest.Select(turn => new LongestTurn(turn.Key.Actor, turn.Key.Message, turn.Value)).OrderByDescending(turn => turn.Took).Take(count)];
}

/// <summary>A turn of an actor.</summary>
/// <param name="Actor">The actor's name on its node.</param>
/// <param name="Message">The type of the message that it handled.</param>
/// <param name="Took">How long that took.</param>
internal sealed record LongestTurn(string Actor, string Message, TimeSpan Took);
