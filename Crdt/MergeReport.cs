namespace FedActors.Crdt;

/// <summary>What a merge did.</summary>
/// <param name="Changed">Keys whose entry was new or replaced.</param>
/// <param name="Equivocations">Versions that were found with two contents.</param>
public sealed record MergeReport(int Changed, IReadOnlyList<Equivocation> Equivocations);
