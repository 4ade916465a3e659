using FedActors.FL.Roles;

namespace FedActors.Scripts.Runs;

/// <summary>Shows a row for each round of all peers. It is closed once all of them have come through it.</summary>
/// <param name="screen">Where.</param>
/// <param name="peers">How many peers there are.</param>
/// <param name="rounds">Rounds to come at most.</param>
internal sealed class AllPeersDisplay(RoundScreen screen, int peers, int rounds) : GossipDisplay(screen)
{
    /// <summary>Rounds that some peers have not come through yet; the oldest is closed as it is when there are more. Peers are seldom two rounds apart.</summary>
    private const int MaxOpenRounds = 16;

    private readonly SortedDictionary<int, Dictionary<string, PeerRound>> _open = [];
    private int _closed;

    public override void End()
    {
        lock (Sync)
        {
            CloseUntil(int.MaxValue);
        }
    }

    protected override void Take(PeerRound round)
    {
        // A peer that was started again comes through a round for the second time.
        if (round.Round <= _closed)
        {
            return;
        }

        if (!_open.TryGetValue(round.Round, out Dictionary<string, PeerRound>? known))
        {
            known = new Dictionary<string, PeerRound>(StringComparer.Ordinal);
            _open.Add(round.Round, known);
        }

        known[round.Peer] = round;
        if (known.Count == peers || _open.Count > MaxOpenRounds)
        {
            CloseUntil(known.Count == peers ? round.Round : _open.Keys.First());
        }

        if (_open.ContainsKey(round.Round))
        {
            Show(round.Round, known, isClosed: false);
        }
    }

    private void CloseUntil(int last)
    {
        while (_open.Count > 0 && _open.First() is var first && first.Key <= last)
        {
            Show(first.Key, first.Value, isClosed: true);
            _closed = first.Key;
            _open.Remove(first.Key);
        }
    }

    private void Show(int round, Dictionary<string, PeerRound> known, bool isClosed) =>
        Screen.Row(round, rounds, GossipText.Cells([.. known.Values], peers), note: null, isClosed);
}
