using System.Diagnostics.CodeAnalysis;
using FedActors.FL.Models;

namespace FedActors.FL.Aggregation;

/// <summary>Takes a round's updates in as they arrive, and reduces them to one model.</summary>
/// <remarks>The result depends on which updates came, never on their order. Not safe for concurrent use.</remarks>
public interface IUpdateReducer
{
    /// <summary>Updates taken in.</summary>
    int Updates { get; }

    /// <summary>Takes an update in, whole or not at all.</summary>
    /// <param name="update">The update. Its parameters may be kept until the round ends; nobody writes them.</param>
    /// <param name="fault">Why it was refused; nothing has changed then.</param>
    bool TryAdd(ContributedUpdate update, [NotNullWhen(false)] out UpdateFault? fault);

    /// <summary>Reduces what was taken in.</summary>
    /// <param name="result">A new vector.</param>
    /// <param name="fault">Why it cannot be done, for instance too few updates for the rule.</param>
    bool TryReduce([NotNullWhen(true)] out ParameterVector? result, [NotNullWhen(false)] out string? fault);
}
