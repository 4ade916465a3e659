namespace FedActors.Scripts.Measuring.Mailbox;

/// <summary>What <see cref="Restarting"/> cannot do without: an exception thrown and caught, and an object made.</summary>
internal sealed class RawRestarting(TimeProvider time) : Workload
{
    private const int Batch = 100;
    private object _instance = new();

    public override async Task<double[]> RunAsync(TimeSpan duration, CancellationToken cancellationToken) =>
        [1e6 / await RateOf.BatchesAsync(RestartAsync, Batch, duration, time, cancellationToken).ConfigureAwait(false)];

    private Task RestartAsync()
    {
        for (int i = 0; i < Batch; i++)
        {
            try
            {
                Fail(_instance);
            }
            catch (InvalidOperationException)
            {
                _instance = new object();
            }
        }

        return Task.CompletedTask;
    }

    private static void Fail(object instance) => throw new InvalidOperationException(instance.GetType().Name);
}
