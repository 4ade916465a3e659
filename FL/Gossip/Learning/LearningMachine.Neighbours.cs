namespace FedActors.FL.Gossip;

/// <content>Averaging with neighbours alone.</content>
public sealed partial class LearningMachine
{
    /// <summary>Those next to this peer, among whom are here. All draw the same graph from the same names.</summary>
    private void FindNeighbours()
    {
        if (_topology is null)
        {
            return;
        }

        string[] here = [.. _peers.All.Where(peer => peer.IsHere).Select(peer => peer.Name).Append(_self).Order(StringComparer.Ordinal)];
        if (_near is null || !here.AsSpan().SequenceEqual(_here))
        {
            _here = here;
            _near = [.. _topology.NeighboursOf(_self, here)];
        }
    }

    /// <summary>What each model counts for. A neighbour whose model is missing leaves its share to this peer's own.</summary>
    private Neighbourhood Around(IReadOnlyList<ModelEntry> entries)
    {
        int own = _near!.Count;
        double[] mixing = new double[entries.Count];
        double rest = 1;
        int self = -1;
        for (int i = 0; i < mixing.Length; i++)
        {
            if (entries[i].Peer == _self)
            {
                self = i;
                continue;
            }

            mixing[i] = 1.0 / (1 + Math.Max(own, _topology!.NeighboursOf(entries[i].Peer, _here).Count));
            rest -= mixing[i];
        }

        if (self >= 0)
        {
            mixing[self] = rest;
        }

        return new Neighbourhood(_self, mixing, Math.Clamp((double)Round / _maxRounds, 0, 1));
    }
}
