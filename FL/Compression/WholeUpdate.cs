using FedActors.FL.Models;

namespace FedActors.FL.Compression;

/// <summary>All numbers of an update.</summary>
internal sealed record WholeUpdate : Reduction
{
    /// <inheritdoc/>
    public override int Code => 0;

    /// <inheritdoc/>
    public override string Text => "";

    /// <summary>The number formats are without bias, or nearly exact: over rounds and sites what they lose evens out.</summary>
    public override bool LeavesResidual => false;

    /// <inheritdoc/>
    public override int CountOf(ParameterLayout layout) => layout.Count;

    /// <inheritdoc/>
    public override ReducedUpdate Reduce(float[] values, ParameterLayout layout, UpdateOrigin origin) => new(values, []);

    /// <inheritdoc/>
    public override void Expand(ReadOnlySpan<float> kept, ReadOnlySpan<byte> side, ParameterLayout layout, UpdateOrigin origin, Span<float> values) => kept.CopyTo(values);
}
