namespace FedActors.Crdt.Gossip;

/// <summary>Begins exchanges, and answers their beginnings.</summary>
internal static class Opening
{
    public static void OnDue(ExchangeTurn turn, Neighbour neighbour, bool full)
    {
        neighbour.Open = turn.NextExchange();
        turn.Send(neighbour, new RootOffer(neighbour.Open, turn.State.RootHash, full));
    }

    public static void OnRootOffer(ExchangeTurn turn, Neighbour neighbour, RootOffer offer)
    {
        if (offer.Root == turn.State.RootHash && !offer.AlwaysAnswer)
        {
            return;
        }

        // A question that is open already stays so: its answer may be on the way.
        if (neighbour.Open == 0)
        {
            neighbour.Open = turn.NextExchange();
        }

        ReplicatedState state = turn.State;
        turn.Send(neighbour, new StateDigest(
            offer.Exchange,
            neighbour.Open,
            IsComplete: true,
            state.Map.Roster?.Hash ?? default,
            state.Map.ToDigest().Headers,
            [.. state.Counter.Slots],
            state.Map.ToReceipts(turn.Limits.MaxReceipts)));
    }
}
