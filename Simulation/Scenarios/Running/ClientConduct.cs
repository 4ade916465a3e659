using FedActors.FL.Configuration;
using FedActors.FL.Numerics;
using FedActors.FL.Rounds;

namespace FedActors.Simulation.Scenarios;

/// <summary>Decides what a client that is asked does, and when it is seen: by its device, its path and chance.</summary>
internal sealed class ClientConduct
{
    /// <summary>Bytes of a message beside its parameters: names, figures and frames.</summary>
    public const int MessageOverhead = 128;

    /// <summary>Chance is drawn anew for each attempt; no round has more.</summary>
    private const long AttemptsOfRound = 1 << 20;

    private readonly ScenarioSetup _setup;
    private readonly Agenda _agenda;
    private readonly VirtualTime _time;
    private readonly long _bytes;
    private readonly long _answerBytes;
    private readonly Question[] _asked;
    private readonly float[]? _speeds;
    private readonly float[]? _downloads;
    private readonly float[]? _uploads;

    public ClientConduct(ScenarioSetup setup, Agenda agenda, VirtualTime time, int parameters, long updateBytes)
    {
        (_setup, _agenda, _time) = (setup, agenda, time);
        _bytes = ((long)parameters * sizeof(float)) + MessageOverhead;
        _answerBytes = updateBytes + MessageOverhead;
        _asked = new Question[setup.Clients.Count];
        _speeds = Draw(setup.Devices.Speeds, "device speed");
        _downloads = Draw(setup.Network.Download, "download");
        _uploads = Draw(setup.Network.Upload, "upload");
    }

    /// <summary>Bytes of a message with parameters.</summary>
    public long MessageBytes => _bytes;

    /// <summary>Bytes of a message with an update, about.</summary>
    public long AnswerBytes => _answerBytes;

    /// <summary>Decides on a request.</summary>
    /// <param name="client">Who is asked.</param>
    /// <param name="request">For what.</param>
    /// <param name="onlineUntil">When the client goes offline.</param>
    public void Ask(int client, RequestTraining request, long onlineUntil)
    {
        RandomStream chance = IsChance
            ? RandomStream.For(_setup.Options.Seed, "conduct", request.WorkerId, (request.Round * AttemptsOfRound) + request.Attempt)
            : new RandomStream(0);
        NetworkConditions network = _setup.Network;
        long arrived = _time.Now + network.TicksFor(Of(_downloads, network.Download, client), _bytes, chance, client);
        long training = Training(client, request.Steps).Ticks;
        Question before = _asked[client];

        // Attempts differ in nothing but their number: what a client has trained for the round, it answers again from memory.
        bool again = before.Round == request.Round && !before.Gone;
        long trained = again ? Math.Max(before.TrainedAt, arrived) : arrived + training;
        long answered = trained + network.TicksFor(Of(_uploads, network.Upload, client), _answerBytes, chance, client);
        _asked[client] = new Question(request.Round, request.Attempt, trained, request.Steps, Gone: false);
        (OccurrenceKind Kind, long At)? fate = Decide(chance, arrived, trained, answered);
        if (onlineUntil < (fate?.At ?? long.MaxValue))
        {
            Add(OccurrenceKind.Offline, onlineUntil, client, request);
        }
        else if (fate is { } known)
        {
            Add(known.Kind, known.At, client, request);
            if (known.Kind == OccurrenceKind.Update && Happens(_setup.Faults.Duplicate, chance))
            {
                Add(OccurrenceKind.Repetition, known.At, client, request);
            }
        }
    }

    /// <summary>Whether an occurrence belongs to what the client was asked last; what it was asked before, it does no more.</summary>
    public bool IsCurrent(Occurrence occurrence) =>
        _asked[occurrence.Client] is { Gone: false } question && question.Round == occurrence.Round && question.Attempt == occurrence.Attempt;

    /// <summary>A client is gone, and with it what it was asked.</summary>
    public void Forget(int client) => _asked[client].Gone = true;

    /// <summary>The steps that a client was asked for last; 0 for the plan's epochs.</summary>
    public long StepsOf(int client) => _asked[client].Steps;

    /// <summary>How long a client trains for what it was asked last.</summary>
    public TimeSpan TrainingTime(int client) => Training(client, _asked[client].Steps);

    private TimeSpan Training(int client, long steps)
    {
        TrainingOptions training = _setup.Options.Training;
        int samples = _setup.Clients.SamplesOf(client);
        long examples = steps > 0 ? steps * Math.Min(training.BatchSize, samples) : (long)samples * training.LocalEpochs;
        return DeviceSpeeds.TrainingTime(Of(_speeds, _setup.Devices.Speeds, client), examples);
    }

    private bool IsChance => _setup.Network.IsChance || _setup.Faults.IsChance;

    // In a fixed order, so that a probability that changes leaves the others' chance as it was.
    private (OccurrenceKind Kind, long At)? Decide(RandomStream chance, long arrived, long trained, long answered)
    {
        ClientFaults faults = _setup.Faults;
        bool crashes = Happens(faults.Crash, chance);
        bool silent = Happens(faults.Silence, chance);
        bool fails = Happens(faults.Failure, chance);
        bool breaks = Happens(_setup.Network.Loss, chance);
        bool damaged = Happens(faults.Damage, chance);
        return (crashes, silent, fails, breaks) switch
        {
            (true, _, _, _) => (OccurrenceKind.Crash, arrived + ((trained - arrived) / 2)),
            (_, true, _, _) => null,
            (_, _, _, true) => (OccurrenceKind.Disconnect, answered),
            (_, _, true, _) => (OccurrenceKind.Failure, answered),
            _ => (damaged ? OccurrenceKind.DamagedUpdate : OccurrenceKind.Update, answered),
        };
    }

    private void Add(OccurrenceKind kind, long at, int client, RequestTraining request) =>
        _agenda.Add(Math.Max(at, _time.Now), new Occurrence(kind, client, request.Round, request.Attempt));

    private static bool Happens(double probability, RandomStream chance) => chance.NextDouble() < probability;

    private float[]? Draw(Distribution distribution, string purpose)
    {
        if (distribution.IsConstant)
        {
            return null;
        }

        float[] figures = new float[_setup.Clients.Count];
        for (int client = 0; client < figures.Length; client++)
        {
            figures[client] = (float)distribution.Draw(RandomStream.For(_setup.Options.Seed, purpose, _setup.Clients.NameOf(client)), client);
        }

        return figures;
    }

    private static double Of(float[]? figures, Distribution distribution, int client) => figures is null ? distribution.Median : figures[client];

    /// <summary>What a client was asked last.</summary>
    private record struct Question(int Round, int Attempt, long TrainedAt, long Steps, bool Gone);
}
