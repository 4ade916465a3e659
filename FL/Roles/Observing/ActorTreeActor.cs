using FedActors.Actors;
using FedActors.Actors.Diagnostics;
using FedActors.FL.Protocol;

namespace FedActors.FL.Roles;

/// <summary>Tells tools which actors live on its node, and asks the nodes that are connected with it: members need no port, and are reached through their provider.</summary>
internal sealed class ActorTreeActor : Actor
{
    // It answers beside everything else; one that needs longer is stuck or gone.
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(2);

    protected override async ValueTask OnReceiveAsync(ActorContext context, object message)
    {
        if (message is not ActorTreeRequest request)
        {
            return;
        }

        ActorSystem system = context.System;
        if (FindObjection(context) is { } objection)
        {
            context.Respond(new ActorTreeReply([new NodeActors(system.Node, objection, 0, [])]));
            return;
        }

        NodeActors own = Describe(system);
        if (!request.WithConnected)
        {
            context.Respond(new ActorTreeReply([own]));
            return;
        }

        // Who asks through this node sees those that are connected with it, but for itself.
        string[] others = [.. system.Remote.ConnectedNodes.Where(node => node != context.Headers.Origin).Take(ActorTreeReply.MaxNodes - 1)];
        NodeActors[] theirs = await Task.WhenAll(others.Select(node => AskAsync(system, node)));
        context.Respond(new ActorTreeReply([own, .. theirs]));
    }

    /// <summary>An operator may look, and a provider on an operator's behalf; without TLS, and with certificates that state no role, everybody may.</summary>
    private static string? FindObjection(ActorContext context) =>
        StatedRoles.FindObjection(context.Headers.Peer, StatedRoles.Provider) is null ? null : StatedRoles.FindObjection(context.Headers.Peer, StatedRoles.Operator);

    private static async Task<NodeActors> AskAsync(ActorSystem system, string node)
    {
        try
        {
            ActorTreeReply reply = await system.Remote.ActorOf(node, ObservingRoles.ActorsName).AskAsync<ActorTreeReply>(new ActorTreeRequest(WithConnected: false), AnswerLimit);
            return reply.Nodes is [{ } its] && its.Node == node ? its : new NodeActors(node, "it answered for another node", 0, []);
        }
        catch (Exception exception) when (exception is AskFailedException or TimeoutException)
        {
            return new NodeActors(node, WireText.Clip(exception.Message), 0, []);
        }
    }

    private static NodeActors Describe(ActorSystem system)
    {
        ActorSnapshot[] all = [.. system.Describe().Children.SelectMany(top => top.All())];
        ActorLine[] lines = [.. all.Take(NodeActors.MaxActors).Select(actor =>
            new ActorLine(actor.Actor.Name, actor.State, actor.IsInHandler, actor.Queued, actor.Handled, actor.Restarts))];
        return new NodeActors(system.Node, null, all.Length - lines.Length, lines);
    }
}
