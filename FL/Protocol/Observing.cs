using FedActors.Actors;
using FedActors.Actors.Diagnostics;
using FedActors.Actors.Serialization;

namespace FedActors.FL.Protocol;

/// <summary>A tool to a node: which actors live there? Answered by <see cref="ActorTreeReply"/>.</summary>
/// <param name="WithConnected">Whether the node is to ask those that are connected with it, too. They are asked about themselves alone.</param>
public sealed record ActorTreeRequest(bool WithConnected) : IWireMessage<ActorTreeRequest>
{
    /// <inheritdoc/>
    public static int TypeId => 90;

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(1);
        writer.Write(WithConnected);
    }

    /// <inheritdoc/>
    public static ActorTreeRequest Read(ref MessagePackReader reader)
    {
        int extra = reader.ReadFields(1);
        ActorTreeRequest message = new(reader.ReadBoolean());
        reader.SkipFields(extra);
        return message;
    }
}

/// <summary>Actors of one node, and of those that it was to ask.</summary>
/// <param name="Nodes">The node that answers first.</param>
public sealed record ActorTreeReply(IReadOnlyList<NodeActors> Nodes) : IWireMessage<ActorTreeReply>
{
    /// <summary>Nodes in one reply.</summary>
    public const int MaxNodes = 1_000;

    /// <inheritdoc/>
    public static int TypeId => 91;

    /// <inheritdoc/>
    public void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(1);
        writer.WriteArrayHeader(Nodes.Count);
        foreach (NodeActors node in Nodes)
        {
            node.Write(ref writer);
        }
    }

    /// <inheritdoc/>
    public static ActorTreeReply Read(ref MessagePackReader reader)
    {
        int extra = reader.ReadFields(1);
        NodeActors[] nodes = new NodeActors[reader.ReadArrayHeader(MaxNodes)];
        for (int i = 0; i < nodes.Length; i++)
        {
            nodes[i] = NodeActors.Read(ref reader);
        }

        reader.SkipFields(extra);
        return new ActorTreeReply(nodes);
    }
}

/// <summary>Actors of one node.</summary>
/// <param name="Node">The node's id.</param>
/// <param name="Fault">Why they are not known, or null.</param>
/// <param name="Omitted">How many more there are than <paramref name="Actors"/>.</param>
/// <param name="Actors">Parents before their children.</param>
public sealed record NodeActors(string Node, string? Fault, int Omitted, IReadOnlyList<ActorLine> Actors)
{
    /// <summary>Actors of one node in a reply; a picture of more would not be read.</summary>
    public const int MaxActors = 1_000;

    internal void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(4);
        writer.Write(Node);
        writer.Write(Fault ?? string.Empty);
        writer.Write(Omitted);
        writer.WriteArrayHeader(Actors.Count);
        foreach (ActorLine actor in Actors)
        {
            actor.Write(ref writer);
        }
    }

    internal static NodeActors Read(ref MessagePackReader reader)
    {
        int extra = reader.ReadFields(4);
        string node = reader.ReadName();
        string fault = reader.ReadText();
        int omitted = reader.ReadInt32("omitted", 0);
        ActorLine[] actors = new ActorLine[reader.ReadArrayHeader(MaxActors)];
        for (int i = 0; i < actors.Length; i++)
        {
            actors[i] = ActorLine.Read(ref reader);
        }

        reader.SkipFields(extra);
        return new NodeActors(node, fault.Length == 0 ? null : fault, omitted, actors);
    }
}

/// <summary>One actor as it was found.</summary>
/// <param name="Name">Its full name on its node.</param>
/// <param name="State">Where it stands in its life.</param>
/// <param name="IsInHandler">Whether its own code was running.</param>
/// <param name="Queued">Messages waiting in its mailbox.</param>
/// <param name="Handled">Messages handled since it was spawned.</param>
/// <param name="Restarts">How often it got a new instance.</param>
public sealed record ActorLine(string Name, ActorState State, bool IsInHandler, int Queued, long Handled, int Restarts)
{
    internal void Write(ref MessagePackWriter writer)
    {
        writer.WriteArrayHeader(6);
        writer.Write(Name);
        writer.Write((int)State);
        writer.Write(IsInHandler);
        writer.Write(Queued);
        writer.Write(Handled);
        writer.Write(Restarts);
    }

    internal static ActorLine Read(ref MessagePackReader reader)
    {
        int extra = reader.ReadFields(6);
        ActorLine line = new(
            reader.ReadString(ActorPath.MaxPathLength),
            (ActorState)reader.ReadInt32("state", 0, (int)ActorState.Ended),
            reader.ReadBoolean(),
            reader.ReadInt32("queued", 0),
            reader.ReadInt64("handled", 0),
            reader.ReadInt32("restarts", 0));
        reader.SkipFields(extra);
        return line;
    }
}
