namespace FedActors.FL.Rounds;

/// <summary>What was last seen of a worker's training.</summary>
/// <param name="Loss">Its mean training loss.</param>
/// <param name="TrainingTime">How long it trained, as it says.</param>
/// <param name="Steps">Steps that it took in that time; 0 where that is not known any more.</param>
public sealed record Measurement(double Loss, TimeSpan TrainingTime, long Steps)
{
    /// <summary>Time of one step; never 0, so that it can be divided by.</summary>
    internal double SecondsPerStep => Math.Max(TrainingTime.TotalSeconds, 1e-7) / Math.Max(Steps, 1);
}
