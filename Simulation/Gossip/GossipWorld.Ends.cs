using FedActors.FL.Gossip;
using FedActors.FL.Roles;
using FedActors.Simulation.Kernel;

namespace FedActors.Simulation.Gossip;

/// <content>Peers that end, and those who are held to have ended.</content>
internal sealed partial class GossipWorld
{
    /// <summary>How long what a peer says last may take, before its process ends.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromMilliseconds(200);

    /// <summary>After which time an operator has seen that a peer ended although it was not to.</summary>
    private static readonly TimeSpan Notice = TimeSpan.FromSeconds(3);

    /// <summary>What was wrong within this time may still make somebody suspect a peer: a probe's period, and the time after which a connection counts as lost.</summary>
    private static readonly TimeSpan Aftermath = TimeSpan.FromSeconds(20);

    private async Task FollowAsync(GossipNode node, SimulatedProcess process, PeerCompletion completion)
    {
        PeerResult result = await completion.Task;
        node.Result = result;
        Coverage.Hit($"outcome {result.Outcome}");
        Trace.Tell(node.Name, $"ends as {result.Outcome}: {result.Reason}");
        if (result.Outcome != PeerOutcome.Agreed && string.IsNullOrEmpty(result.Reason))
        {
            Report("every run ends in a stated outcome", $"{node.Name} has ended as {result.Outcome} and says no reason");
        }

        if (result.Outcome == PeerOutcome.Refused && IsPeer(node))
        {
            Report("a live peer is never thrown out", $"{node.Name} was refused by all: {result.Reason}");
        }

        TimeSpan? back = result.Outcome switch
        {
            PeerOutcome.Stopped => node.ComesBackAfter,
            PeerOutcome.Superseded => Notice,
            _ => null,
        };
        node.HasLeft = IsPeer(node) && result.Outcome == PeerOutcome.Stopped && back is null;
        Lasts(Farewell, () =>
        {
            if (node.Process == process && process.IsAlive)
            {
                Crash(node, back ?? TimeSpan.Zero, power: false);
            }
        });
    }

    private void OnMember(GossipNode node, SimulatedProcess process, MemberChange change)
    {
        (string, string) pair = (node.Name, change.MemberId);
        if (change.Kind == MemberChangeKind.Refused)
        {
            return;
        }

        MemberState state = Enum.GetValues<MemberState>().Single(state => change.Text.EndsWith($" {state.Word()}", StringComparison.Ordinal));
        Coverage.Hit($"member {state}");
        if (state == MemberState.Suspect)
        {
            _suspected.TryAdd(pair, Queue.Now);
        }
        else
        {
            if (state == MemberState.Dead && _suspected.TryGetValue(pair, out TimeSpan since) && IsFalseDeath(process, change.MemberId, since))
            {
                Report("a live peer is never thrown out", $"{node.Name} holds {change.MemberId} to be dead, which lives and which nothing was wrong with since {since.TotalSeconds:0.0} s");
            }

            _suspected.Remove(pair);
        }
    }

    /// <summary>Whether a peer lived all the time from its suspicion to its death, and nothing was wrong anywhere.</summary>
    private bool IsFalseDeath(SimulatedProcess observer, string peer, TimeSpan suspectedSince) =>
        observer.IsAlive && IsCalm && CalmSince + Aftermath < suspectedSince && Nodes.TryGetValue(peer, out GossipNode? node) && node.IsAlive;
}
