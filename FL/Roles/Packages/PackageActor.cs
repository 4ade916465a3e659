using FedActors.Actors;
using FedActors.FL.Protocol;
using FedActors.FL.Rounds;

namespace FedActors.FL.Roles;

/// <summary>Hands out the run's package, part by part, to members that ask for it.</summary>
/// <remarks>It stands beside the provider, so that a member which takes its parts slowly holds up no round. A node has one part on its way at most.</remarks>
internal sealed class PackageActor(IPackageSource source) : Actor
{
    private readonly HashSet<string> _answering = new(StringComparer.Ordinal);

    protected override ValueTask OnReceiveAsync(ActorContext context, object message)
    {
        switch (message)
        {
            case Answered answered:
                _answering.Remove(answered.Node);
                break;
            case PackageRequest request when context.Sender is { } sender && Senders.IsGenuine(context):
                Answer(context, sender, request);
                break;
            default:
                Log.Unexpected(context.Log, message.GetType().Name, context.Sender?.Path ?? default);
                break;
        }

        return ValueTask.CompletedTask;
    }

    private void Answer(ActorContext context, ActorRef sender, PackageRequest request)
    {
        object answer = FindRefusal(context, request) is { } refusal ? new PackageRefused(request.Checksum, WireText.Clip(refusal)) : Read(request);
        if (sender.TryTell(answer, context.Self))
        {
            return;
        }

        string node = sender.Path.Node;
        if (_answering.Add(node))
        {
            context.PipeToSelf(TellWhenThereIsRoomAsync(sender, answer, context.Self, context.Stopping), _ => new Answered(node), _ => new Answered(node));
        }
    }

    private object Read(PackageRequest request)
    {
        try
        {
            return new PackagePart(request.Checksum, request.Offset, source.Read(request.Offset, PackagePart.MaxBytes));
        }
        catch (IOException e)
        {
            return new PackageRefused(request.Checksum, WireText.Clip($"the provider cannot read the package: {e.Message}"));
        }
    }

    // Workers train and evaluators score, and combiners pass it on to them; nobody else has use for it.
    internal static string? FindObjection(ActorContext context) =>
        StatedRoles.FindObjection(context.Headers.Peer, StatedRoles.NameOf(MemberRole.Evaluator)) is null || StatedRoles.FindObjection(context.Headers.Peer, StatedRoles.Combiner) is null
            ? null
            : StatedRoles.FindObjection(context.Headers.Peer, StatedRoles.NameOf(MemberRole.Worker));

    private string? FindRefusal(ActorContext context, PackageRequest request)
    {
        if (FindObjection(context) is { } objection)
        {
            return objection;
        }

        return request.Checksum != source.Offer.Checksum
            ? $"the provider hands out the package {source.Offer.Checksum}, not {request.Checksum}"
            : request.Offset >= source.Offer.Bytes
                ? $"the package has {source.Offer.Bytes} bytes; byte {request.Offset} was asked for"
                : null;
    }

    private static async Task<bool> TellWhenThereIsRoomAsync(ActorRef sender, object answer, ActorRef self, CancellationToken cancellationToken)
    {
        await sender.TellAsync(answer, self, cancellationToken);
        return true;
    }

    private sealed record Answered(string Node);
}
