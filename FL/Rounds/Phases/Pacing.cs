using FedActors.FL.Training;

namespace FedActors.FL.Rounds;

/// <summary>The semi-synchronous protocol: each worker takes as many steps as fit a round's time, so that the fast do not wait for the slow.</summary>
/// <remarks>
/// MetisFL (Stripelis et al. 2022, Semi-synchronous federated learning): the time is λ epochs of the slowest worker, and a worker takes
/// ceil(time / its time of a step) steps. A worker of which nothing is known yet takes the plan's epochs, and is measured by that. A worker
/// that says it needs hours cannot keep the others busy for as long: a round's time is at most half its deadline.
/// </remarks>
internal static class Pacing
{
    /// <summary>Settles the time of an attempt.</summary>
    public static void Begin(RunTurn turn)
    {
        RunState state = turn.State;
        state.Budget = 0;
        if (turn.Options.Protocol.Kind != Protocols.SemiSynchronous)
        {
            return;
        }

        double slowest = 0;
        foreach (string worker in turn.Askable())
        {
            if (Known(state, worker) is { } known)
            {
                slowest = Math.Max(slowest, known.SecondsPerStep * LocalWork.StepsPerEpoch(SamplesOf(state, worker), turn.Options.Training.BatchSize));
            }
        }

        state.Budget = Math.Min(turn.Options.Protocol.Lambda * slowest, turn.Participation.RoundTimeout.TotalSeconds / 2);
    }

    /// <summary>Steps that a worker takes; 0 for the plan's epochs.</summary>
    public static long StepsOf(RunTurn turn, string worker) => turn.State.Budget > 0 && Known(turn.State, worker) is { } known
        ? (long)Math.Clamp(Math.Ceiling(turn.State.Budget / known.SecondsPerStep), 1, LocalWork.MaxSteps)
        : 0;

    /// <summary>Takes a committed round's figures in.</summary>
    public static void Measure(RunTurn turn)
    {
        RunState state = turn.State;
        foreach (string worker in state.Cohort.Names(SeatState.Accepted))
        {
            UpdateFigures figures = state.Cohort.Find(worker)!.Figures!;
            if (turn.Options.Protocol.Recompute || Known(state, worker) is null)
            {
                state.Measured[worker] = new Measurement(figures.Loss, figures.TrainingTime, figures.Steps);
            }
            else
            {
                state.Measured[worker] = state.Measured[worker] with { Loss = figures.Loss };
            }
        }
    }

    private static Measurement? Known(RunState state, string worker) =>
        state.Measured.GetValueOrDefault(worker) is { Steps: > 0 } measured ? measured : null;

    private static long SamplesOf(RunState state, string worker) => state.Sites[worker].Samples;
}
