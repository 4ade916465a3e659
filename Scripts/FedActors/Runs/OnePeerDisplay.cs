using FedActors.FL.Roles;

namespace FedActors.Scripts.Runs;

/// <summary>Shows the rounds of one peer, which knows of the others no more than that their models are in its mean.</summary>
/// <param name="screen">Where.</param>
/// <param name="rounds">Rounds to come at most.</param>
internal sealed class OnePeerDisplay(RoundScreen screen, int rounds) : GossipDisplay(screen)
{
    protected override void Take(PeerRound round) => Screen.Row(round.Round, rounds, GossipText.OwnCells(round), note: null, isClosed: true);
}
