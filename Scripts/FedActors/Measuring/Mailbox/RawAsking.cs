namespace FedActors.Scripts.Measuring.Mailbox;

/// <summary><see cref="Asking"/> over a bare channel and a task's completion, without a deadline.</summary>
internal sealed class RawAsking(TimeProvider time) : Workload
{
    private const int Batch = 100;
    private readonly Echo _echo = new();

    public override async Task<double[]> RunAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        await Task.Yield();
        return [await RateOf.BatchesAsync(AskAsync, Batch, duration, time, cancellationToken).ConfigureAwait(false)];
    }

    private async Task AskAsync()
    {
        for (int i = 0; i < Batch; i++)
        {
            var answer = new TaskCompletionSource<object>(TaskCreationOptions.RunContinuationsAsynchronously);
            _echo.Tell(answer, null);
            await answer.Task.ConfigureAwait(false);
        }
    }

    private sealed class Echo : RawActor
    {
        protected override void Receive(object content, RawActor? sender) => ((TaskCompletionSource<object>)content).SetResult(content);
    }
}
