using FedActors.FL.Data;

namespace FedActors.Simulation.Scenarios;

/// <summary>Sums the features of all clients, as their registrations do in a real run: exactly, so that it may be done side by side.</summary>
internal static class PopulationMoments
{
    public static FeatureMoments Of(IVirtualClients clients, int threads)
    {
        Lock sync = new();
        FeatureMoments? all = null;
        Parallel.For(
            0, clients.Count, new ParallelOptions { MaxDegreeOfParallelism = threads },
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
