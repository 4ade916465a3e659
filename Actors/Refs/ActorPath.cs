using System.Buffers;

namespace FedActors.Actors;

/// <summary>Names one actor in the world: its node, its name there, and which bearer of that name is meant.</summary>
/// <param name="Node">The node's id.</param>
/// <param name="Name">Names from the top actor down, joined by slashes: <c>provider</c>, <c>region/worker-a</c>.</param>
/// <param name="Uid">Told apart within the node's incarnation; 0 means whoever bears the name when a message arrives.</param>
public readonly record struct ActorPath(string Node, string Name, long Uid)
{
    /// <summary>Longest name of one actor, in characters. Bounds what a remote node can make this one store.</summary>
    public const int MaxNameLength = 128;

    /// <summary>Longest joined name, in characters.</summary>
    public const int MaxPathLength = 1024;

    private static readonly SearchValues<char> AllowedInName =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.$@");

    /// <summary>Checks the name of a single actor.</summary>
    /// <exception cref="ArgumentException">Empty, too long, or with a character outside letters, digits and <c>- _ . $ @</c>.</exception>
    public static void ThrowIfInvalidName(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (!IsValidName(name))
        {
            throw new ArgumentException(
                $"'{name}' cannot name an actor: use 1 to {MaxNameLength} letters, digits or - _ . $ @.", nameof(name));
        }
    }

    /// <summary>Whether this can name a single actor, or a node.</summary>
    public static bool IsValidName(ReadOnlySpan<char> name) =>
        name.Length is > 0 and <= MaxNameLength && !name.ContainsAnyExcept(AllowedInName);

    /// <inheritdoc/>
    public override string ToString() => Uid == 0 ? $"{Node}/{Name}" : $"{Node}/{Name}#{Uid}";
}
