using System.Runtime.CompilerServices;
using FedActors.Crdt;
using FedActors.FL.Data;
using FedActors.FL.Gossip;

namespace FedActors.FL.Roles;

/// <summary>What many peers of one process hold once and not each: bodies of one content, and what is read from them, which nobody changes.</summary>
/// <remarks>It lasts as long as a peer holds the body. For peers that take turns on one thread.</remarks>
internal sealed class SharedBodies
{
    private const int FewestBodies = 1024;

    private readonly Dictionary<ContentHash, WeakReference<Body>> _bodies = [];
    private readonly ConditionalWeakTable<Body, FeatureMoments> _moments = [];
    private readonly ConditionalWeakTable<Body, ModelEntry> _models = [];
    private int _sweepsAt = FewestBodies;

    /// <summary>Bodies that are known, some of which nobody may hold any more.</summary>
    public int Count => _bodies.Count;

    /// <summary>The body of a content that all share: this one, if there is none.</summary>
    public Body Share(Body body)
    {
        if (_bodies.TryGetValue(body.Hash, out WeakReference<Body>? known) && known.TryGetTarget(out Body? shared))
        {
            return shared;
        }

        if (_bodies.Count >= _sweepsAt)
        {
            Sweep();
        }

        _bodies[body.Hash] = new WeakReference<Body>(body);
        return body;
    }

    /// <summary>The moments in a body, read once.</summary>
    public FeatureMoments MomentsOf(Body body, Func<FeatureMoments> read) => _moments.GetValue(body, _ => read());

    /// <summary>The model in a body, read once; whose it is and in which version, the entry says.</summary>
    public ModelEntry ModelOf(Body body, Func<ModelEntry> read) => _models.GetValue(body, _ => read());

    private void Sweep()
    {
        foreach ((ContentHash hash, WeakReference<Body> body) in _bodies)
        {
            if (!body.TryGetTarget(out _))
            {
                _bodies.Remove(hash);
            }
        }

        _sweepsAt = Math.Max(FewestBodies, 2 * _bodies.Count);
    }
}
