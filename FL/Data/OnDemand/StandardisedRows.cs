namespace FedActors.FL.Data.OnDemand;

/// <summary>Rows that are standardised whenever they are read: to the bits that standardising all of them at once gives.</summary>
internal sealed class StandardisedRows(IRowSource rows, Standardiser standardiser) : IRowSource
{
    /// <inheritdoc/>
    public int Count => rows.Count;

    /// <inheritdoc/>
    public int Features => rows.Features;

    /// <inheritdoc/>
    public void Read(ReadOnlySpan<int> chosen, Span<float> target)
    {
        rows.Read(chosen, target);
        Span<float> read = target[..(chosen.Length * Features)];
        standardiser.Apply(read, read);
    }
}
