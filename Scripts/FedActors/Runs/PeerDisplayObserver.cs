using System.Text.Json.Nodes;
using FedActors.FL.Gossip;
using FedActors.FL.Roles;
using FedActors.Scripts.Cli;

namespace FedActors.Scripts.Runs;

/// <summary>Tells people by a display, and programs by events, of peers in this process.</summary>
internal sealed class PeerDisplayObserver(GossipDisplay display, CommandOutput output) : IPeerObserver
{
    private readonly Lock _sync = new();

    public void OnRound(PeerRound round)
    {
        display.Round(round);
        Event("round", () => GossipJson.Round(round));
    }

    public void OnStatus(PeerStatus status) => Event("status", () => GossipJson.Status(status));

    public void OnMember(string peer, MemberChange change)
    {
        string kind = change.Kind.ToString().ToLowerInvariant();
        if (change.Kind != MemberChangeKind.Joined)
        {
            display.Note(RoundText.Member(peer + ":", change.MemberId, kind, change.Text));
        }

        Event("member", () => new JsonObject { ["peer"] = peer, ["member"] = change.MemberId, ["change"] = kind, ["text"] = change.Text });
    }

    public void OnTrouble(string peer, string text)
    {
        display.Note($"{peer}: {text}");
        Event("trouble", () => new JsonObject { ["peer"] = peer, ["text"] = text });
    }

    /// <summary>Peers call side by side, and lines must not mix.</summary>
    private void Event(string name, Func<JsonNode> data)
    {
        lock (_sync)
        {
            output.Event(name, data);
        }
    }
}
