using FedActors.FL.Models;

namespace FedActors.FL.Compression;

/// <summary>Chooses which numbers stand for an update.</summary>
/// <remarks>How many there are follows from the run's rules and the model, so that a receiver knows it beforehand.</remarks>
internal abstract record Reduction
{
    /// <summary>Its number in a body.</summary>
    public abstract int Code { get; }

    /// <summary>As a configuration writes it.</summary>
    public abstract string Text { get; }

    /// <summary>Whether what it leaves out is kept for the next update. Without that it would be lost for good.</summary>
    public virtual bool LeavesResidual => true;

    /// <summary>Why it is of no use for a model, or null.</summary>
    public virtual string? FindMisfit(ParameterLayout layout) => null;

    /// <summary>How many numbers it leaves.</summary>
    public abstract int CountOf(ParameterLayout layout);

    /// <summary>About how many bytes a receiver must be told beside the numbers.</summary>
    public virtual double SideBytesOf(ParameterLayout layout) => 0;

    /// <summary>Reduces an update.</summary>
    /// <param name="values">The update, finite.</param>
    /// <param name="layout">What its numbers mean.</param>
    /// <param name="origin">Where it comes from.</param>
    public abstract ReducedUpdate Reduce(float[] values, ParameterLayout layout, UpdateOrigin origin);

    /// <summary>Takes what a receiver must know beside the numbers from a body, and checks all of it.</summary>
    /// <returns>What is wrong, or null.</returns>
    public virtual string? FindFault(ref BodyReader reader, ParameterLayout layout, out ReadOnlySpan<byte> side)
    {
        side = [];
        return null;
    }

    /// <summary>Makes an update of its numbers.</summary>
    /// <param name="kept">As many as <see cref="CountOf"/> says.</param>
    /// <param name="side">What <see cref="FindFault"/> found sound.</param>
    /// <param name="layout">What the update's numbers mean.</param>
    /// <param name="origin">Where it comes from.</param>
    /// <param name="values">Zeros, as many as the layout has numbers.</param>
    public abstract void Expand(ReadOnlySpan<float> kept, ReadOnlySpan<byte> side, ParameterLayout layout, UpdateOrigin origin, Span<float> values);
}

/// <summary>What is left of an update.</summary>
/// <param name="Kept">The numbers.</param>
/// <param name="Side">What a receiver must know beside them.</param>
internal readonly record struct ReducedUpdate(float[] Kept, byte[] Side);
