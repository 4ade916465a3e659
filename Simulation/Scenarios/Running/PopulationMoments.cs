using FedActors.FL.Data;

namespace FedActors.Simulation.Scenarios;

/// <summary>Sums the features of all clients, as their registrations do in a real run: exactly, so that it may be done side by side.</summary>
internal static class PopulationMoments
{
    // Clients between two reports: a third of a second's work with twenty examples of 512 features each.
    private const int Slice = 4096;

    /// <summary>The moments of all clients' examples.</summary>
    /// <param name="clients">The clients.</param>
    /// <param name="threads">Threads that add up. The result does not depend on it.</param>
    /// <param name="progress">Told how many clients are added up, now and then.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static FeatureMoments Of(IVirtualClients clients, int threads, Action<int>? progress, CancellationToken cancellationToken)
    {
        ParallelOptions options = new() { MaxDegreeOfParallelism = threads, CancellationToken = cancellationToken };
        FeatureMoments? all = null;
        for (int first = 0; first < clients.Count; first += Slice)
        {
            int end = Math.Min(clients.Count, first + Slice);
            FeatureMoments part = Of(clients, first, end, options);
            all = all?.Merge(part) ?? part;
            progress?.Invoke(end);
        }

        return all!;
    }

    private static FeatureMoments Of(IVirtualClients clients, int first, int end, ParallelOptions options)
    {
        Lock sync = new();
        FeatureMoments? all = null;
        Parallel.For(
            first, end, options,
            () => new Share(clients.Features),
            (client, _, share) =>
            {
                share.Sum.Add(clients.Load(client, share.Buffer));
                return share;
            },
            share =>
            {
                FeatureMoments part = share.Sum.ToMoments();
                lock (sync)
                {
                    all = all?.Merge(part) ?? part;
                }
            });
        return all!;
    }

    private sealed class Share(int features)
    {
        public MomentsSum Sum { get; } = new(features);

        public ClientBuffer Buffer { get; } = new();
    }
}
