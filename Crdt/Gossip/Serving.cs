namespace FedActors.Crdt.Gossip;

/// <summary>Sends chunks of bodies to neighbours that ask.</summary>
internal static class Serving
{
    public static void OnWants(ExchangeTurn turn, Neighbour neighbour, BodyWants wants)
    {
        if (wants.Wants.Count > turn.Limits.MaxWants)
        {
            turn.Refuse(ExchangeRefusal.TooManyWants, $"{wants.Wants.Count} chunks are wanted at once; at most {turn.Limits.MaxWants}.");
            return;
        }

        // Large chunks count against the window as the neighbour itself has to count them; one may overshoot it.
        long served = 0;
        for (int i = 0; i < wants.Wants.Count && served < turn.Limits.WindowBytes; i++)
        {
            served += Serve(turn, neighbour, wants.Wants[i]);
        }
    }

    private static int Serve(ExchangeTurn turn, Neighbour neighbour, BodyWant want)
    {
        Body? body = CrdtLimits.IsKey(want.Key) ? turn.State.Map.Find(want.Key)?.Body : null;
        if (body is null || body.Hash != want.Content)
        {
            turn.Refuse(ExchangeRefusal.NoSuchBody, $"{neighbour.Member.Replica} wants a body that is not here.");
            turn.Send(neighbour, new BodyMissing(want.Content));
            return 0;
        }

        int length = body.Bytes.Length;
        if (want.Offset < 0 || want.Offset % ExchangeLimits.ChunkBytes != 0 || (want.Offset >= length && want.Offset != 0))
        {
            turn.Refuse(ExchangeRefusal.NoSuchBody, $"{neighbour.Member.Replica} wants a chunk at {want.Offset} of the {length} bytes of {want.Key}.");
            return 0;
        }

        ReadOnlyMemory<byte> chunk = body.Bytes.Slice(want.Offset, Math.Min(ExchangeLimits.ChunkBytes, length - want.Offset));
        turn.Send(neighbour, new BodyChunk(want.Content, length, want.Offset, chunk));
        return chunk.Length;
    }
}
