using FedActors.Actors;
using FedActors.FL.Protocol;

namespace FedActors.FL.Roles;

/// <summary>Passes questions for parts of the run's package on to where a combiner has its provider, and the answers back. It keeps nothing: who asked checks what came.</summary>
/// <remarks>A node has one question on its way at most; one that asks again meanwhile is answered by its first.</remarks>
internal sealed class PackageRelayActor(Func<ActorRef> above) : Actor
{
    // Less than a worker waits before it asks again.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly HashSet<string> _asking = new(StringComparer.Ordinal);

    protected override ValueTask OnReceiveAsync(ActorContext context, object message)
    {
        switch (message)
        {
            case Answered answered:
                Answer(context, answered);
                break;
            case PackageRequest request when context.Sender is { } sender && Senders.IsGenuine(context):
                Ask(context, sender, request);
                break;
            default:
                Log.Unexpected(context.Log, message.GetType().Name, context.Sender?.Path ?? default);
                break;
        }

        return ValueTask.CompletedTask;
    }

    private void Ask(ActorContext context, ActorRef sender, PackageRequest request)
    {
        if (PackageActor.FindObjection(context) is { } objection)
        {
            context.Respond(new PackageRefused(request.Checksum, WireText.Clip(objection)));
        }
        else if (_asking.Add(sender.Path.Node))
        {
            // Without an answer the asker's own patience ends, and it asks again.
            context.PipeToSelf(
                above().AskAsync<object>(request, Patience, context.Stopping),
                answer => new Answered(sender, answer is PackagePart or PackageRefused ? answer : null),
                _ => new Answered(sender, null));
        }
    }

    /// <summary>Who takes its answer slowly holds up nobody else, and has one on its way at most.</summary>
    private void Answer(ActorContext context, Answered answered)
    {
        if (answered.Answer is null || answered.Asker.TryTell(answered.Answer, context.Self))
        {
            _asking.Remove(answered.Asker.Path.Node);
            return;
        }

        Answered told = answered with { Answer = null };
        context.PipeToSelf(TellWhenThereIsRoomAsync(answered.Asker, answered.Answer, context.Self, context.Stopping), _ => told, _ => told);
    }

    private static async Task<bool> TellWhenThereIsRoomAsync(ActorRef asker, object answer, ActorRef self, CancellationToken cancellationToken)
    {
        await asker.TellAsync(answer, self, cancellationToken);
        return true;
    }

    private sealed record Answered(ActorRef Asker, object? Answer);
}
