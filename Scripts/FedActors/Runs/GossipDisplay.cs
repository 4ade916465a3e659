using FedActors.FL.Roles;

namespace FedActors.Scripts.Runs;

/// <summary>Shows how peers get on. Called from any thread.</summary>
/// <param name="screen">Where.</param>
internal abstract class GossipDisplay(RoundScreen screen)
{
    /// <summary>Held while something is shown.</summary>
    protected Lock Sync { get; } = new();

    /// <summary>Where it is shown.</summary>
    protected RoundScreen Screen { get; } = screen;

    public void Title(string text)
    {
        lock (Sync)
        {
            Screen.Title(text);
        }
    }

    /// <summary>A peer has come through a round.</summary>
    public void Round(PeerRound round)
    {
        lock (Sync)
        {
            Take(round);
        }
    }

    public void Note(string text)
    {
        lock (Sync)
        {
            Screen.Note(text);
        }
    }

    /// <summary>Shows what is left, once nothing more will come.</summary>
    public virtual void End()
    {
    }

    /// <summary>Shows a round; <see cref="Sync"/> is held.</summary>
    protected abstract void Take(PeerRound round);
}
