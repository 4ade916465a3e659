using FedActors.FL.Roles;

namespace FedActors.Scripts.Runs;

/// <summary>Shows how peers get on: a line once all of them have come through a round. Called from any thread.</summary>
/// <param name="output">Where lines go; null for nowhere.</param>
/// <param name="notes">Where what is out of the ordinary goes.</param>
/// <param name="peers">How many peers there are.</param>
internal sealed class GossipDisplay(TextWriter? output, TextWriter notes, int peers)
{
    /// <summary>Rounds that some peers have not come through yet; the oldest is shown as it is when there are more. Peers are seldom two rounds apart.</summary>
    private const int MaxOpenRounds = 16;

    private readonly Lock _sync = new();
    private readonly SortedDictionary<int, Dictionary<string, PeerRound>> _open = [];
    private int _shown;

    public void Title(string text)
    {
        lock (_sync)
        {
            output?.WriteLine(text);
        }
    }

    public void Round(PeerRound round)
    {
        lock (_sync)
        {
            // A peer that was started again comes through a round for the second time.
            if (round.Round <= _shown)
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
                ShowUntil(known.Count == peers ? round.Round : _open.Keys.First());
            }
        }
    }

    public void Note(string text)
    {
        lock (_sync)
        {
            notes.WriteLine(text);
        }
    }

    /// <summary>Shows what is left, once nothing more will come.</summary>
    public void End()
    {
        lock (_sync)
        {
            ShowUntil(int.MaxValue);
        }
    }

    private void ShowUntil(int last)
    {
        while (_open.Count > 0 && _open.First() is var first && first.Key <= last)
        {
            if (_shown == 0)
            {
                output?.WriteLine(GossipText.Header());
            }

            output?.WriteLine(GossipText.Round([.. first.Value.Values], peers));
            _shown = first.Key;
            _open.Remove(first.Key);
        }

        output?.Flush();
    }
}
