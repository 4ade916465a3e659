namespace FedActors.Crdt.Gossip;

/// <summary>Begins exchanges, and answers their beginnings.</summary>
internal static class Opening
{
    public static void OnDue(ExchangeTurn turn, Neighbour neighbour, bool full) => Offer(turn, neighbour, full, news: null);

    /// <summary>Offers the state that is here, for a comparison or with news.</summary>
    public static void Offer(ExchangeTurn turn, Neighbour neighbour, bool full, StateDigest? news)
    {
        long age = turn.Now - neighbour.AskedAt;
        if (full || age < 0 || age >= (long)turn.Limits.QuestionTimeout.TotalMilliseconds)
        {
            // What must be answered is a question of its own, and so is what has waited in vain.
            neighbour.Open = 0;
        }

        neighbour.Told = turn.State.RootHash;
        turn.Send(neighbour, new RootOffer(QuestionTo(turn, neighbour), neighbour.Told, full) { News = news });
    }

    public static void OnRootOffer(ExchangeTurn turn, Neighbour neighbour, RootOffer offer)
    {
        neighbour.Heard = offer.Root;
        neighbour.LastQuestion = Math.Max(neighbour.LastQuestion, offer.Exchange);
        if (offer.News is { } news && turn.IsRecent(news.Answers))
        {
            // States differ most of the time while news are on their way in both directions: that alone is no reason to compare all.
            Comparing.OnNews(turn, neighbour, news);
            return;
        }

        if ((offer.Root == turn.State.RootHash && !offer.AlwaysAnswer) || !neighbour.TryAnswer(offer.Exchange))
        {
            return;
        }

        ReplicatedState state = turn.State;
        neighbour.ToldAll(state);
        turn.Send(neighbour, new StateDigest(
            offer.Exchange,
            QuestionTo(turn, neighbour),
            IsComplete: true,
            state.Map.Roster?.Hash ?? default,
            state.Map.ToDigest().Headers,
            [.. state.Counter.Slots],
            state.Map.ToReceipts(turn.Limits.MaxReceipts)));
    }

    /// <summary>The question that is open to a neighbour. While its answer may be on the way it stays the same, so that one answer is enough for all news in between.</summary>
    private static ulong QuestionTo(ExchangeTurn turn, Neighbour neighbour)
    {
        if (neighbour.Open == 0)
        {
            neighbour.Open = turn.NextExchange();
            neighbour.AskedAt = turn.Now;
        }

        return neighbour.Open;
    }
}
