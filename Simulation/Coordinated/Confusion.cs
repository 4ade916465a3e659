using FedActors.FL.Data;
using FedActors.FL.Protocol;
using FedActors.Simulation.Worlds;

namespace FedActors.Simulation.Coordinated;

/// <summary>Updates that must not count, whatever has happened by the time that they arrive.</summary>
internal static class Confusion
{
    // Of a dozen examples as many as an update can weigh.
    private const int BoastedDoublings = 24;

    /// <summary>How many kinds there are.</summary>
    public const int Kinds = 13;

    /// <summary>Makes one of an update that counts.</summary>
    public static ModelUpdate Of(ModelUpdate update, int kind) => (kind % Kinds) switch
    {
        0 => update,
        1 => Poisoned(update),
        2 => Shortened(update),
        3 => Poisoned(update) with { Key = update.Key with { Round = Math.Max(1, update.Key.Round - 1) } },
        4 => Poisoned(update) with { Key = update.Key with { Round = update.Key.Round + 1 } },
        5 => update with { Key = update.Key with { Attempt = update.Key.Attempt + 1 } },
        6 => update with { Key = update.Key with { RunId = "another" } },
        7 => update with { WorkerId = "nobody" },
        8 => update with { WorkerId = update.WorkerId == "A" ? "B" : "A" },
        9 => update with { Samples = update.Samples + 1 },
        10 => update with { Loss = double.NaN },
        11 => update with { Accuracy = 2 },
        _ => update with { Samples = 0 },
    };

    /// <summary>Makes one for the round after a committed one.</summary>
    public static ModelUpdate Unasked(RoundKey committed, string worker) => new(
        committed with { Round = committed.Round + 1, Attempt = 1 }, worker, new[] { float.NaN }, 1, 0, 0, TimeSpan.Zero);

    /// <summary>Claims many millions of examples, as if each were there so many times.</summary>
    public static RegisterWorker Boast(RegisterWorker register)
    {
        if (!FeatureMoments.TryParse(register.Moments.Span, out FeatureMoments? moments))
        {
            throw new ArgumentException("The moments of a worker cannot be read.", nameof(register));
        }

        for (int doubling = 0; doubling < BoastedDoublings; doubling++)
        {
            moments = moments.Merge(moments);
        }

        return register with { Samples = moments.Count, Moments = moments.ToBytes() };
    }

    /// <summary>Claims as many examples, and such large parameters that no average has room for their product.</summary>
    public static ModelUpdate Boast(ModelUpdate update) => update with
    {
        Samples = update.Samples << BoastedDoublings, Compressed = ReadOnlyMemory<byte>.Empty, Parameters = Enumerable.Repeat((float)(1 << 18), SimulatedSites.Model.Layout.Count).ToArray(),
    };

    private static ModelUpdate Poisoned(ModelUpdate update)
    {
        if (!update.Compressed.IsEmpty)
        {
            byte[] body = update.Compressed.ToArray();
            body[1] ^= 1;
            return update with { Compressed = body };
        }

        float[] poisoned = update.Parameters.ToArray();
        poisoned[^1] = float.NaN;
        return update with { Parameters = poisoned };
    }

    private static ModelUpdate Shortened(ModelUpdate update) =>
        update.Compressed.IsEmpty ? update with { Parameters = update.Parameters[1..] } : update with { Compressed = update.Compressed[..^1] };
}
