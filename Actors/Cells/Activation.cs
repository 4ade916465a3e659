using FedActors.Actors.Diagnostics;
using FedActors.Actors.Middleware;

namespace FedActors.Actors.Cells;

/// <summary>One instance of an actor with its context and its folded middleware.</summary>
internal sealed class Activation
{
    private readonly ActorCell _cell;
    private readonly Actor _instance;
    private volatile bool _replaced;

    public Activation(ActorCell cell, Actor instance, IEnumerable<ReceiveMiddleware> middleware)
    {
        _cell = cell;
        _instance = instance;
        Context = new ActorContext(cell, this, instance.OnReceiveAsync);
        ReceiveHandler handler = static (context, envelope) => context.Behaviour(context, envelope.Message);
        foreach (ReceiveMiddleware wrap in middleware.Reverse())
        {
            handler = wrap(handler);
        }

        Receive = handler;
    }

    public ActorContext Context { get; }

    public ReceiveHandler Receive { get; }

    /// <summary>Whether another instance took over while this one hung.</summary>
    public bool IsReplaced => _replaced;

    public void MarkReplaced() => _replaced = true;

    public ValueTask StartAsync() => _instance.OnStartedAsync(Context);

    /// <summary>Calls the stopped or restarting hook, and disposes the instance even if that fails. A failure is logged: nobody is left to decide about it.</summary>
    public async ValueTask EndAsync(Exception? restartReason)
    {
        Context.SetCurrent(default);
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
        Context.Timers.End();
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

        _cell.SendSystem(new SystemMessage.WorkEnded(this, outcome));
    }
}
