using FedActors.Actors;

namespace FedActors.Scripts.Measuring.Mailbox;

/// <summary>Questions to a local actor, each asked when the one before is answered.</summary>
internal sealed class Asking : Workload
{
    /// <summary>Questions between two looks at the clock.</summary>
    private const int Batch = 100;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);
    private static readonly object Question = new();
    private readonly ActorSystem _system;
    private readonly ActorRef _echo;

    public Asking(ActorSystemOptions options)
    {
        _system = new ActorSystem(options);
        _echo = _system.Spawn(Props.Create(() => new Echo()), "echo");
    }

    /// <summary>Asks a number of questions.</summary>
    public async Task AskAsync(int questions)
    {
        for (int i = 0; i < questions; i++)
        {
            await _echo.AskAsync<object>(Question, Deadline).ConfigureAwait(false);
        }
    }

    /// <returns>Answers per second.</returns>
    public override async Task<double[]> RunAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        // Off the caller's thread: who asks must be where continuations run, or the first answer is a different path from all others.
        await Task.Yield();
        return [await RateOf.BatchesAsync(() => AskAsync(Batch), Batch, time, _system.Time, cancellationToken).ConfigureAwait(false)];
    }

    public override ValueTask DisposeAsync() => _system.DisposeAsync();

    private sealed class Echo : Actor
    {
        protected override ValueTask OnReceiveAsync(ActorContext context, object message)
        {
            context.Respond(message);
            return ValueTask.CompletedTask;
        }
    }
}
