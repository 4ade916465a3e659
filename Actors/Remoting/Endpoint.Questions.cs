using FedActors.Actors.Remoting.Frames;
using FedActors.Actors.Serialization;

namespace FedActors.Actors.Remoting;

/// <content>Questions that will not be answered: who asked hears it now instead of at the deadline.</content>
internal sealed partial class Endpoint
{
    // Enough to say what happened, whatever an exception's text.
    private const int MaxExplanationLength = 1000;

    /// <summary>A question from there will not be answered.</summary>
    public void TellAskFailed(ActorPath asker, string explanation)
    {
        // The asker has a deadline of its own, so where there is no room nothing is lost but time.
        if (_redirect is not null || _link is null || Outbox.HeldBytes >= _remote.Options.Limits.MaxQueuedBytes)
        {
            return;
        }

        string text = explanation.Length <= MaxExplanationLength ? explanation : explanation[..MaxExplanationLength];
        Outbox.Post((ref MessagePackWriter writer) =>
        {
            writer.WriteArrayHeader(4);
            writer.Write((int)FrameKind.AskFailed);
            writer.Write(asker.Name);
            writer.Write(asker.Uid);
            writer.Write(text);
        });
    }

    /// <summary>A question that was asked there will not be answered.</summary>
    public void OnAskFailed(ref MessagePackReader reader)
    {
        var asker = new ActorPath(System.Node, reader.ReadString(ActorPath.MaxPathLength), reader.ReadInt64());
        System.ResolveLocal(asker).FailQuestion(new AskFailedException(reader.ReadString()));
    }
}
