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
    private ModelUpdate Decompress(long session, ModelUpdate update, out Objection? fault) =>
        CompressedUpdates.Read(_compression, update, _sessions.IsMember(session) ? FindOrigin(update.Key.Round) : null, setup.Options.Seed, out fault);

    /// <summary>What the counted updates took, and what they would have taken more without compression.</summary>
    private (long Sent, long Saved) CountBytes(RoundSummary summary, int parameters)
    {
        long sent = summary.Participants.Sum(participant => _updateBytes[participant.WorkerId]);
        return (sent, (summary.Participants.Count * (long)parameters * sizeof(float)) - sent);
    }

    private ParameterVector? FindOrigin(int round) =>
        round == _journal.GlobalRound + 1 ? _journal.Global : _origins.TryGetValue(round, out (ParameterVector Parameters, string Hash) origin) ? origin.Parameters : null;
}
