using FedActors.Actors.Diagnostics;
using FedActors.Actors.Mailboxes;
using FedActors.Actors.Middleware;
using FedActors.Actors.Supervision;

namespace FedActors.Actors.Cells;

/// <summary>One instance of an actor with its context and its folded middleware.</summary>
internal sealed class Activation
{
    private readonly ActorCell _cell;
    private readonly Actor _instance;
    private readonly ReceiveHandler? _middleware;
    private volatile bool _replaced;

    /// <param name="cell">The actor.</param>
    /// <param name="instance">Its instance.</param>
    /// <param name="outer">The system's middleware; the first is outermost.</param>
    /// <param name="inner">The actor's own, inside the system's.</param>
    public Activation(ActorCell cell, Actor instance, IReadOnlyList<ReceiveMiddleware> outer, IReadOnlyList<ReceiveMiddleware> inner)
    {
        _cell = cell;
        _instance = instance;
        Context = new ActorContext(cell, this);
        if (outer.Count + inner.Count > 0)
        {
            _middleware = Fold(outer, Fold(inner, static (context, envelope) => context.Activation.BehaveAsync(envelope.Message)));
        }
    }

    public ActorContext Context { get; }

    /// <summary>How long it waits for its children to end before it takes them to hang, or null if it does not judge them.</summary>
    public TimeSpan? PatienceWithChildren => (_instance as HealthSupervisor)?.Patience;

    /// <summary>Whether another instance took over while this one hung.</summary>
    public bool IsReplaced => _replaced;

    public void MarkReplaced() => _replaced = true;

    /// <summary>Handles a message, through the middleware if there is any.</summary>
    /// <param name="message">The message.</param>
    /// <param name="slot">Where it and what travels beside it lie.</param>
    public ValueTask ReceiveAsync(object message, in MailboxSlot slot) =>
        _middleware is null ? BehaveAsync(message) : _middleware(Context, slot.Envelope);

    public ValueTask StartAsync() => _instance.OnStartedAsync(Context);

    /// <summary>Calls the stopped or restarting hook, and disposes the instance even if that fails. A failure is logged: nobody is left to decide about it.</summary>
    public async ValueTask EndAsync(Exception? restartReason)
    {
        Context.ClearCurrent();
        if (restartReason is null)
        {
            await TryAsync("stopped", () => _instance.OnStoppedAsync(Context));
        }
        else
        {
            await TryAsync("restarting", () => _instance.OnRestartingAsync(Context, restartReason));
        }

        await TryAsync("disposal", DisposeInstanceAsync);
    }

    /// <summary>Ends the instance's timers and cancels its token.</summary>
    public void Release()
    {
        Context.EndTimers();
        CancelStopping();
    }

    /// <summary>Cancels the instance's token. What is registered on it is user code and may fail.</summary>
    public void CancelStopping()
    {
        try
        {
            Context.CancelStopping();
        }
        catch (AggregateException e)
        {
            Log.HookFailed(_cell.Log, _cell.Self.Path, "cancellation", e);
        }
    }

    public void Pipe<T>(Task<T> work, Func<T, object> completed, Func<Exception, object> failed) =>
        _ = PipeAsync(work, completed, failed);

    private static ReceiveHandler Fold(IReadOnlyList<ReceiveMiddleware> middleware, ReceiveHandler innermost)
    {
        ReceiveHandler handler = innermost;
        for (int i = middleware.Count - 1; i >= 0; i--)
        {
            handler = middleware[i](handler);
        }

        return handler;
    }

    /// <summary>Calls the behaviour that replaced the instance's own, or that.</summary>
    private ValueTask BehaveAsync(object message) =>
        Context.Behaviour is { } behaviour ? behaviour(Context, message) : _instance.OnReceiveAsync(Context, message);

    private async ValueTask TryAsync(string hook, Func<ValueTask> run)
    {
        try
        {
            await run();
        }
        catch (Exception e)
        {
            Log.HookFailed(_cell.Log, _cell.Self.Path, hook, e);
        }
    }

    private ValueTask DisposeInstanceAsync()
    {
        switch (_instance)
        {
            case IAsyncDisposable disposable:
                return disposable.DisposeAsync();
            case IDisposable disposable:
                disposable.Dispose();
                break;
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>The outcome becomes a message on the actor's turn, so that what the two functions throw is the actor's failure.</summary>
    private async Task PipeAsync<T>(Task<T> work, Func<T, object> completed, Func<Exception, object> failed)
    {
        Func<object> outcome;
        try
        {
            T result = await work;
            outcome = () => completed(result);
        }
        catch (Exception e)
        {
            outcome = () => failed(e);
        }

        // The span of the handler that began the work is current here again: what the work brings back goes on in its trace.
        _cell.SendSystem(new SystemMessage.WorkEnded(this, outcome, MessageMiddleware.CurrentTraceParent()));
    }
}
