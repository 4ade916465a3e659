using System.Collections.Immutable;
using FedActors.Actors.Diagnostics;
using Microsoft.Extensions.Logging;

namespace FedActors.Actors;

/// <summary>Tells subscribers in this process what happens in an actor system: dead letters, failures, restarts, nodes that come and go.</summary>
/// <remarks>
/// Subscribers are called on the thread on which the event happens, so they must return quickly. What they throw is logged: it must
/// not become the failure of the actor to which something happened.
/// </remarks>
public sealed class EventStream
{
    private readonly ILogger _log;
    private ImmutableArray<Subscription> _subscriptions = [];

    internal EventStream(ILogger log) => _log = log;

    /// <summary>Calls <paramref name="handler"/> for each event of type <typeparamref name="T"/> until the result is disposed.</summary>
    public IDisposable Subscribe<T>(Action<T> handler)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(handler);
        var subscription = new Subscription(this, typeof(T), e => handler((T)e));
        ImmutableInterlocked.Update(ref _subscriptions, static (all, added) => all.Add(added), subscription);
        return subscription;
    }

    internal void Publish<T>(T happened)
        where T : class
    {
        foreach (Subscription subscription in _subscriptions)
        {
            if (subscription.EventType.IsInstanceOfType(happened))
            {
                Tell(subscription, happened);
            }
        }
    }

    private void Tell(Subscription subscription, object happened)
    {
        try
        {
            subscription.Handler(happened);
        }
        catch (Exception e)
        {
            Log.SubscriberFailed(_log, happened.GetType().Name, e);
        }
    }

    private sealed class Subscription(EventStream stream, Type eventType, Action<object> handler) : IDisposable
    {
        public Type EventType { get; } = eventType;

        public Action<object> Handler { get; } = handler;

        public void Dispose() =>
            ImmutableInterlocked.Update(ref stream._subscriptions, static (all, removed) => all.Remove(removed), this);
    }
}
