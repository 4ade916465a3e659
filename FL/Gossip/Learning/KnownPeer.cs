using FedActors.Crdt;

namespace FedActors.FL.Gossip;

/// <summary>What the learning of a peer knows of one other.</summary>
/// <remarks>
/// Of two rounds in a row both models are held: whoever is a step ahead has published the next one before a slower peer could average the
/// one that it needs. Changes in place: there are as many as members, and each message may touch one.
/// </remarks>
internal sealed class KnownPeer(string name, long since)
{
    private readonly ModelEntry?[] _models = new ModelEntry?[2];

    public string Name => name;

    /// <summary>Its newest model, by version; null if there is none.</summary>
    public ModelEntry? Model { get; private set; }

    public PeerProgress? Progress { get; set; }

    /// <summary>Whether it lives and has not left; null before anybody has said.</summary>
    public bool? Presence { get; set; }

    /// <summary>Whether it is one of those whom the standard names: they begin together, and are waited for before they are met.</summary>
    public bool IsExpected { get; set; }

    public bool IsHere => Presence ?? IsExpected;

    /// <summary>When it last showed that it lives: a version of its own that was not known before.</summary>
    public long LastSign { get; set; } = since;

    /// <summary>Takes a model in.</summary>
    /// <returns>Whether it was not known.</returns>
    public bool Take(ModelEntry entry)
    {
        ref ModelEntry? place = ref _models[entry.Round & 1];
        // The same version with another content: its peer equivocates, and the map has decided which of the two stays.
        if (place is not null && (entry.Version.CompareTo(place.Version) < 0 || (entry.Version == place.Version && entry.Parameters.Values.SequenceEqual(place.Parameters.Values))))
        {
            return false;
        }

        place = entry;
        Model = Model is { } model && entry.Version.CompareTo(model.Version) < 0 ? model : entry;
        return true;
    }

    /// <summary>Forgets what it had published up to an incarnation.</summary>
    public void Remove(ulong incarnation)
    {
        if (Model is { } model && model.Version.Incarnation > incarnation)
        {
            return;
        }

        Array.Clear(_models);
        (Model, Progress, IsExpected) = (null, null, false);
    }

    /// <summary>Its model of a round, of the same life as its newest; null if that is not known.</summary>
    public ModelEntry? ModelOf(int round, ContentHash standard) =>
        _models[round & 1] is { } model && model.Round == round && model.Standard == standard && model.Version.Incarnation == Model!.Version.Incarnation ? model : null;

    /// <summary>Whether it keeps up with a round, and its model of it is still to come.</summary>
    public bool IsAwaited(int round, ContentHash standard)
    {
        if (!IsHere)
        {
            return false;
        }

        if (round == 0)
        {
            // Before the first round there is no model to wait for, unless the others are far and this peer is to begin from what they know.
            return SaidRoundOn(standard) > 1 && RoundOn(standard) < SaidRoundOn(standard);
        }

        int theirs = RoundOn(standard);
        return theirs == round + 1
            ? ModelOf(round, standard) is null
            : theirs < round && theirs >= round - 1 && !IsDone(standard);
    }

    /// <summary>Whether it has said its last word on the given standard, and it is known here.</summary>
    public bool IsDone(ContentHash standard) =>
        Progress is { IsDone: true } progress && progress.Standard == standard && Model is { } model && model.Standard == standard && model.Round >= progress.Round;

    /// <summary>Whether its model counts: for ever once it is done, else while it shows signs of life.</summary>
    public bool IsFresh(ContentHash standard, long now, long ageLimit) => IsDone(standard) || now - LastSign <= ageLimit;

    /// <summary>The round of its newest model, if that is of the given standard.</summary>
    public int RoundOn(ContentHash standard) => Model is { } model && model.Standard == standard ? model.Round : 0;

    /// <summary>The last round on the given standard that it has published or said, whether or not the model is here.</summary>
    public int SaidRoundOn(ContentHash standard) =>
        Math.Max(RoundOn(standard), Progress is { } progress && progress.Standard == standard ? progress.Round : 0);
}
