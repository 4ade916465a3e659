using System.Globalization;
using FedActors.FL.Roles;
using FedActors.Scripts.Cli;
using FedActors.Storage.Training;

namespace FedActors.Scripts.Runs;

/// <summary>A run in lines of text: what is trained, one line a round, how it ended.</summary>
internal static class RoundText
{
    /// <summary>The columns of <see cref="Cells"/>.</summary>
    public static readonly RoundColumns Columns = new(("round", 5), ("ok", 7), ("accuracy", 8), ("loss", 8), ("change", 8), ("bytes", 9), ("time", 8));

    public static string Summary(string dataSource, RunSummary summary)
    {
        string sites = string.Join("  ", summary.Sites.Take(MaxSitesNamed).Select(s => Invariant($"{s.Site} {s.Samples:N0}")));
        string more = summary.Sites.Count > MaxSitesNamed ? Invariant($"  and {summary.Sites.Count - MaxSitesNamed} more") : string.Empty;
        return Invariant($"{dataSource}  {summary.Classes} classes  {Counted.Of(summary.Features, "feature")}   workers {summary.Sites.Count} ({sites}{more})   evaluation {summary.EvaluationSamples:N0}   model {summary.ModelKind} {summary.ParameterCount:N0} parameters");
    }

    public static string Header() => Columns.Header();

    public static string Round(RoundRecord round)
    {
        string line = Columns.Line(Cells(round));
        return Note(round) is { } note ? $"{line}  {note}" : line;
    }

    /// <summary>Shows a committed round.</summary>
    public static void Show(this RoundScreen screen, RoundRecord round, int rounds) => screen.Row(round.Round, rounds, Cells(round), Note(round), isClosed: true);

    public static IReadOnlyList<string> Cells(RoundRecord round) =>
    [
        Invariant($"{round.Round}"),
        Invariant($"{round.Participants.Count}/{round.Cohort.Count}"),
        Number(round.Evaluation?.Accuracy, "0.0000"),
        Number(round.Evaluation?.Loss, "0.0000"),
        Number(round.ChangeNorm, "0.0000"),
        Bytes(round.BytesSent + round.BytesReceived),
        Time(round.Timings.Total),
    ];

    /// <summary>What was out of the ordinary, or null.</summary>
    public static string? Note(RoundRecord round)
    {
        List<string> notes = [.. round.Refusals.Take(MaxRefusalsNamed).Select(r => $"{r.WorkerId} {r.Reason}")];
        if (round.Refusals.Count > MaxRefusalsNamed)
        {
            notes.Add(Invariant($"and {round.Refusals.Count - MaxRefusalsNamed} more"));
        }

        if (round.Attempts > 1)
        {
            notes.Add(Invariant($"asked {round.Attempts} times"));
        }

        if (round.BytesSaved != 0)
        {
            notes.Add(Saved(round.UpdateBytes, round.BytesSaved));
        }

        return notes.Count == 0 ? null : string.Join(", ", notes);
    }

    public static string End(RunRecord run, RoundRecord? last, string state, string store)
    {
        string rounds = (run.CommittedRounds == run.Rounds ? string.Empty : Invariant($"{run.CommittedRounds} of ")) + Counted.Of(run.Rounds, "round");
        string score = last?.Evaluation is { } e ? $"  accuracy {Number(e.Accuracy, "0.0000")}  loss {Number(e.Loss, "0.0000")}" : string.Empty;
        return $"{state}  {rounds}{score}  run {run.Id}  {store}";
    }

    /// <summary>What compression took off updates.</summary>
    public static string Saved(long sent, long saved) => Invariant($"updates {Bytes(sent)}, {(double)saved / (sent + saved):0.0 %} saved");

    /// <summary>A member that came back, left, was lost or was refused.</summary>
    public static string Member(string role, string member, string change, string text) => change switch
    {
        "rejoined" => $"{role} {member} is back ({text})",
        "left" => $"{role} {member} has left",
        "lost" => $"{role} {member} was lost: {text}",
        "refused" => $"{role} {member} was refused: {text}",
        _ => $"{role} {member} {change} ({text})",
    };

    /// <summary>Rounds by their numbers: "round 3", or "rounds 1 to 4, 7".</summary>
    /// <param name="rounds">In ascending order, at least one.</param>
    public static string Rounds(IReadOnlyList<int> rounds)
    {
        List<(int First, int Last)> spans = [];
        foreach (int round in rounds)
        {
            if (spans.Count > 0 && spans[^1].Last + 1 == round)
            {
                spans[^1] = (spans[^1].First, round);
            }
            else
            {
                spans.Add((round, round));
            }
        }

        return (rounds.Count == 1 ? "round " : "rounds ") + string.Join(", ", spans.Select(span => span.First == span.Last ? Invariant($"{span.First}") : Invariant($"{span.First} to {span.Last}")));
    }

    public static string Bytes(long bytes) => bytes switch
    {
        0 => "-",
        < 1_000 => Invariant($"{bytes} B"),
        < 1_000_000 => Invariant($"{bytes / 1e3:0.0} KB"),
        < 1_000_000_000 => Invariant($"{bytes / 1e6:0.0} MB"),
        _ => Invariant($"{bytes / 1e9:0.0} GB"),
    };

    public static string Time(TimeSpan time) => time.TotalSeconds switch
    {
        < 0.001 => Invariant($"{time.TotalMilliseconds:0.00} ms"),
        < 0.1 => Invariant($"{time.TotalMilliseconds:0.0} ms"),
        < 1 => Invariant($"{time.TotalMilliseconds:0} ms"),
        < 60 => Invariant($"{time.TotalSeconds:0.0} s"),
        < 3_600 => Invariant($"{time.TotalMinutes:0.0} min"),
        _ => Invariant($"{time.TotalHours:0.0} h"),
    };

    public static string Number(double? value, string format) => value is not { } number ? "-" : number.ToString(format, CultureInfo.InvariantCulture);

    /// <summary>A line names so many; more would not be read.</summary>
    private const int MaxSitesNamed = 8;

    /// <summary>Likewise; <c>runs show</c> lists them all.</summary>
    private const int MaxRefusalsNamed = 3;

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
