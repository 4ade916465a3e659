namespace FedActors.Scripts.Measuring;

/// <summary>Our work beside bare code that does the same: the limit that the machine sets.</summary>
/// <param name="Name">The row's name in a table and in JSON.</param>
/// <param name="Quantities">What one repetition yields.</param>
/// <param name="Ours">The product's work.</param>
/// <param name="Raw">Bare code of the same shape, or null where there is none. Several comparisons may share one: it is measured once a repetition.</param>
internal sealed record Comparison(string Name, IReadOnlyList<Quantity> Quantities, Workload Ours, Workload? Raw);
