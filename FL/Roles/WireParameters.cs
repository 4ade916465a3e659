using System.Runtime.InteropServices;
using FedActors.FL.Models;

namespace FedActors.FL.Roles;

/// <summary>From a message's numbers to a parameter vector.</summary>
internal static class WireParameters
{
    /// <summary>A vector over a message's numbers; without a copy where they are a whole array, which nobody writes once it was sent.</summary>
    public static ParameterVector ToVector(this ReadOnlyMemory<float> values, ParameterLayout layout) =>
        MemoryMarshal.TryGetArray(values, out ArraySegment<float> segment) && segment.Offset == 0 && segment.Count == segment.Array!.Length
            ? new ParameterVector(layout, segment.Array)
            : new ParameterVector(layout, values.ToArray());
}
