using FedActors.FL.Configuration;
using FedActors.FL.Rounds;
using FedActors.FL.Training;

namespace FedActors.Simulation.Races;

/// <summary>Works out how long a race's rounds take from the protocol's rules alone: who is asked when, and what is waited for. It knows no actor, message or model.</summary>
public static class RaceSchedule
{
    /// <summary>The time at which the last of some rounds is committed.</summary>
    /// <param name="options">The run's rules; every worker is asked in every round.</param>
    /// <param name="workers">Each worker's examples, and how long a step takes it.</param>
    /// <param name="rounds">Rounds or versions.</param>
    public static TimeSpan Predict(FederationOptions options, IReadOnlyList<(long Examples, TimeSpan Step)> workers, int rounds)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(workers);
        double[] steps = [.. workers.Select(worker => worker.Step.TotalSeconds)];
        double[] epochs = [.. workers.Select(worker => worker.Step.TotalSeconds * LocalWork.StepsPerEpoch(worker.Examples, options.Training.BatchSize))];
        double[] planned = [.. epochs.Select(epoch => epoch * options.Training.LocalEpochs)];
        return TimeSpan.FromSeconds(options.Protocol.Kind switch
        {
            Protocols.Asynchronous => Versions(planned, options.Protocol.BufferOf(options.Strategy.Name), rounds),
            Protocols.SemiSynchronous => planned.Max() + ((rounds - 1) * Common(steps, options.Protocol.Lambda * epochs.Max())),
            _ => options.Protocol.Late == LateUpdates.Drop ? rounds * planned.Max() : WithStragglers(planned, options.Participation.RoundTimeout.TotalSeconds, rounds),
        });
    }

    // The slowest of those that take as many whole steps as the time needs.
    private static double Common(double[] steps, double time) => steps.Max(step => Math.Ceiling(time / step) * step);

    private static double WithStragglers(double[] training, double deadline, int rounds)
    {
        double[] done = new double[training.Length];
        double now = 0;
        for (int round = 0; round < rounds; round++)
        {
            double end = now;
            for (int i = 0; i < done.Length; i++)
            {
                if (done[i] <= now)
                {
                    done[i] = now + training[i];
                    end = Math.Max(end, Math.Min(done[i], now + deadline));
                }
            }

            now = end;
        }

        return now;
    }

    private static double Versions(double[] training, int buffer, int versions)
    {
        PriorityQueue<int, double> outstanding = new();
        List<int> counted = [];
        for (int i = 0; i < training.Length; i++)
        {
            outstanding.Enqueue(i, training[i]);
        }

        double now = 0;
        for (int version = 0; version < versions;)
        {
            outstanding.TryDequeue(out int worker, out now);
            counted.Add(worker);
            if (counted.Count < buffer && outstanding.Count > 0)
            {
                continue;
            }

            version++;
            foreach (int again in counted)
            {
                outstanding.Enqueue(again, now + training[again]);
            }

            counted.Clear();
        }

        return now;
    }
}
