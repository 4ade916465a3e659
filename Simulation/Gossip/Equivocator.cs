using FedActors.Crdt;
using FedActors.Crdt.Gossip;

namespace FedActors.Simulation.Gossip;

/// <summary>Tells some neighbours another model under a version than the others.</summary>
/// <param name="peer">Who equivocates.</param>
/// <param name="isFooled">Which neighbours are told something else.</param>
/// <param name="twist">Makes another model of the one that has a hash; null where it is not at hand.</param>
internal sealed class Equivocator(string peer, Func<string, bool> isFooled, Func<ContentHash, Body?> twist)
{
    private readonly Dictionary<ContentHash, Body?> _twisted = [];
    private readonly Dictionary<ContentHash, Body> _bodies = [];

    /// <summary>Whether it goes on. What was promised is served afterwards too.</summary>
    public bool IsActive { get; set; } = true;

    /// <summary>What a neighbour is told in the place of a digest; null if it is told the truth.</summary>
    public StateDigest? Twist(string neighbour, StateDigest digest)
    {
        if (!IsActive || !isFooled(neighbour))
        {
            return null;
        }

        int place = 0;
        while (place < digest.Headers.Count && !IsTwistable(digest.Headers[place]))
        {
            place++;
        }

        if (place == digest.Headers.Count || BodyFor(digest.Headers[place].Stamp.Content) is not { } body)
        {
            return null;
        }

        EntryHeader[] headers = [.. digest.Headers];
        headers[place] = headers[place] with { Stamp = headers[place].Stamp with { Content = body.Hash }, BodyBytes = body.Bytes.Length };
        return digest with { Headers = headers };
    }

    /// <summary>Serves what was made up, and leaves the rest to the peer.</summary>
    public BodyWants Serve(BodyWants wants, Action<BodyChunk> send)
    {
        List<BodyWant> rest = [];
        foreach (BodyWant want in wants.Wants)
        {
            if (_bodies.TryGetValue(want.Content, out Body? body))
            {
                send(new BodyChunk(want.Content, body.Bytes.Length, want.Offset, body.Bytes[want.Offset..]));
            }
            else
            {
                rest.Add(want);
            }
        }

        return new BodyWants(rest);
    }

    private bool IsTwistable(EntryHeader header) => StoredEntries.IsModelOf(header.Key, peer) && !header.Stamp.IsTombstone && header.Stamp.Replica == peer;

    private Body? BodyFor(ContentHash content)
    {
        if (!_twisted.TryGetValue(content, out Body? body))
        {
            body = twist(content);
            _twisted.Add(content, body);
            if (body is not null)
            {
                _bodies[body.Hash] = body;
            }
        }

        return body;
    }
}
