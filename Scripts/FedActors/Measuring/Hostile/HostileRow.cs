using System.Text.Json;
using FedActors.Actors.Remoting;

namespace FedActors.Scripts.Measuring.Hostile;

/// <summary>What came of one attack.</summary>
internal sealed record HostileRow(string Name, bool Secure, IReadOnlyList<HostileTurn> Turns)
{
    public MostOfTurns Quiet => Of(turn => turn.Quiet);

    public MostOfTurns Control => Of(turn => turn.Control);

    public MostOfTurns First => Of(turn => turn.First);

    public MostOfTurns Attacked => Of(turn => turn.Attacked);

    /// <summary>The 99th percentile under attack, to that of a quiet machine.</summary>
    public double ToQuiet => Attacked.Together / Quiet.Together;

    /// <summary>The 99th percentile under attack, to that while as much of the machine is used otherwise.</summary>
    public double ToControl => Attacked.Together / Control.Together;

    public Spread Attempts => Of(turn => turn.Effort.AttemptsPerSecond);

    public Spread Cores => Of(turn => turn.Effort.Cores);

    /// <summary>The most that was alive at an attack's end beyond what was before.</summary>
    public long Growth => Turns.Max(turn => turn.Growth);

    public int Disconnections => Turns.Sum(turn => turn.Disconnections);

    /// <summary>What was refused in all turns, by cause.</summary>
    public IReadOnlyList<(RefusalCause Cause, long Count)> Refusals =>
        [.. Turns.SelectMany(turn => turn.Refusals).GroupBy(refusal => refusal.Key, refusal => refusal.Value).Select(cause => (cause.Key, cause.Sum())).OrderByDescending(cause => cause.Item2)];

    /// <summary>A cause as instruments name it.</summary>
    public static string Tag(RefusalCause cause) => JsonNamingPolicy.SnakeCaseLower.ConvertName(cause.ToString());

    private Spread Of(Func<HostileTurn, double> figure) => new([.. Turns.Select(figure)]);

    private MostOfTurns Of(Func<HostileTurn, HonestTurn> which) => new([.. Turns.Select(which)]);
}

/// <summary>The 99th percentile of questions in some turns, in microseconds.</summary>
internal sealed record MostOfTurns(IReadOnlyList<HonestTurn> Turns)
{
    /// <summary>That of all their questions together.</summary>
    public double Together { get; } = HonestTurn.MostOf(Turns);

    /// <summary>The longest of them all: who asks one question after the other feels a pause once, whatever it takes.</summary>
    public double Longest { get; } = Turns.Max(turn => turn.Longest);

    /// <summary>The percentile of each turn.</summary>
    public Spread Apart { get; } = new([.. Turns.Select(turn => turn.Most)]);
}
