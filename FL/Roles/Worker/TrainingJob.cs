using FedActors.FL.Protocol;

namespace FedActors.FL.Roles;

/// <summary>One training in progress.</summary>
/// <remarks>Disposed when it has ended: until then its cancellation stays registered with the worker's own.</remarks>
internal sealed class TrainingJob(TrainRequest request, CancellationTokenSource cancellation) : IDisposable
{
    public TrainRequest Request { get; } = request;

    /// <summary>The round with the newest attempt asked for; the answer bears it.</summary>
    public RoundKey Key { get; set; } = request.Key;

    /// <summary>Whether another request asks for the very same training.</summary>
    public bool Answers(TrainRequest request) => IsSame(Request, request);

    public void Cancel() => cancellation.Cancel();

    public void Dispose() => cancellation.Dispose();

    /// <summary>Attempts differ in nothing but their number: training is deterministic.</summary>
    public static bool IsSame(TrainRequest one, TrainRequest other) =>
        one.Key.RunId == other.Key.RunId && one.Key.Round == other.Key.Round && one.BaseHash == other.BaseHash && one.Mu.Equals(other.Mu) && one.MeasureStart == other.MeasureStart
        && one.Steps == other.Steps && one.Settled == other.Settled && one.Correction.Span.SequenceEqual(other.Correction.Span);
}
