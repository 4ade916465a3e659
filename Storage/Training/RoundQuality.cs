namespace FedActors.Storage.Training;

/// <summary>Which of two evaluated rounds is the better one.</summary>
internal static class RoundQuality
{
    /// <summary>Higher accuracy first, then lower loss, then the earlier round. A loss that is not a number is the worst.</summary>
    public static IOrderedEnumerable<RoundRecord> BestFirst(IEnumerable<RoundRecord> rounds) => rounds
        .Where(r => r.Evaluation is not null)
        .OrderByDescending(r => double.IsNaN(r.Evaluation!.Accuracy) ? double.NegativeInfinity : r.Evaluation.Accuracy)
        .ThenBy(r => double.IsNaN(r.Evaluation!.Loss) ? double.PositiveInfinity : r.Evaluation.Loss)
        .ThenBy(r => r.Round);
}
