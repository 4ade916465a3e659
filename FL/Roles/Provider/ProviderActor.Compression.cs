using FedActors.FL.Compression;
using FedActors.FL.Models;
using FedActors.FL.Protocol;
using FedActors.FL.Rounds;

namespace FedActors.FL.Roles;

/// <content>Updates that come compressed: they are read against the parameters that their worker was given, and are from then on as any other.</content>
internal sealed partial class ProviderActor
{
    private readonly CompressionPipeline _compression = CompressionPipeline.From(setup.Options.Compression);
    private readonly Dictionary<string, long> _updateBytes = new(StringComparer.Ordinal);

    /// <summary>An update with its parameters. A stranger's is not read: a few bytes of it would cost a whole model.</summary>
    private ModelUpdate Decompress(long session, ModelUpdate update, out Objection? fault)
    {
        fault = null;
        if (update.Compressed.IsEmpty)
        {
            return update;
        }

        string who = $"worker {update.WorkerId}";
        if (_compression.IsNone)
        {
            fault = new Objection(RefusalReason.Undecodable, $"{who} compresses its update; this run does not");
        }
        else if (!_sessions.IsMember(session) || FindOrigin(update.Key.Round) is not { } given)
        {
            fault = new Objection(RefusalReason.Undecodable, $"the compressed update of {who} for round {update.Key.Round} cannot be read: nobody was given parameters in that round");
        }
        else if (!_compression.TryDecode(
            update.Compressed.Span, given.Layout, new UpdateOrigin(setup.Options.Seed, "", update.Key.Round), out float[]? difference, out string? unreadable))
        {
            fault = new Objection(RefusalReason.Undecodable, $"{who}: {unreadable}");
        }
        else
        {
            ErrorFeedback.Reconstruct(given.Values, difference);
            return update with { Parameters = difference };
        }

        return update;
    }

    /// <summary>What the counted updates took, and what they would have taken more without compression.</summary>
    private (long Sent, long Saved) CountBytes(RoundSummary summary, int parameters)
    {
        long sent = summary.Participants.Sum(participant => _updateBytes[participant.WorkerId]);
        return (sent, (summary.Participants.Count * (long)parameters * sizeof(float)) - sent);
    }

    private ParameterVector? FindOrigin(int round) =>
        round == _journal.GlobalRound + 1 ? _journal.Global : _origins.TryGetValue(round, out (ParameterVector Parameters, string Hash) origin) ? origin.Parameters : null;
}
