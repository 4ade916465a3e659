namespace FedActors.Actors;

/// <summary>State behind a mailbox. The runtime calls one method at a time, and awaits it before the next.</summary>
/// <remarks>
/// An exception from <see cref="OnStartedAsync"/> or <see cref="OnReceiveAsync"/> suspends the actor until its parent's
/// <see cref="Supervision.SupervisorStrategy"/> has decided. A restart makes a new instance behind the same reference and mailbox;
/// the message that failed is not handled again. An instance that implements <see cref="IAsyncDisposable"/> or
/// <see cref="IDisposable"/> is disposed when it is replaced or stopped.
/// </remarks>
public abstract class Actor
{
    /// <summary>Called before the first message, and again on the new instance after a restart.</summary>
    protected internal virtual ValueTask OnStartedAsync(ActorContext context) => ValueTask.CompletedTask;

    /// <summary>Handles one message.</summary>
    protected internal abstract ValueTask OnReceiveAsync(ActorContext context, object message);

    /// <summary>Called after the last message, when all children have stopped. Not called on an instance that is replaced while it hangs.</summary>
    protected internal virtual ValueTask OnStoppedAsync(ActorContext context) => ValueTask.CompletedTask;

    /// <summary>Called on the old instance before a restart, when all its children have stopped.</summary>
    /// <param name="context">The old instance's context.</param>
    /// <param name="reason">The failure that led to the restart.</param>
    protected internal virtual ValueTask OnRestartingAsync(ActorContext context, Exception reason) => ValueTask.CompletedTask;
}
