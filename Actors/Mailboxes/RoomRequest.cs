namespace FedActors.Actors.Mailboxes;

/// <summary>A message whose writer waits for room.</summary>
internal sealed class RoomRequest(Envelope envelope)
{
    private readonly TaskCompletionSource<DeliveryResult> _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Envelope Envelope => envelope;

    public Task<DeliveryResult> Settled => _settled.Task;

    /// <summary>Who was admitted after this one, while both are to be told.</summary>
    public RoomRequest? Next { get; set; }

    /// <summary>Tells a chain of those who were admitted.</summary>
    public static void SettleAll(RoomRequest? first)
    {
        for (RoomRequest? request = first; request is not null; request = request.Next)
        {
            request.Settle(DeliveryResult.Accepted);
        }
    }

    public void Settle(DeliveryResult result) => _settled.SetResult(result);

    public void Cancel(CancellationToken cancellationToken) => _settled.SetCanceled(cancellationToken);
}
