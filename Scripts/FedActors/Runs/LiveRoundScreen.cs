using System.Threading.Channels;
using FedActors.Scripts.Cli;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace FedActors.Scripts.Runs;

/// <summary>Rounds as a table that grows in place, on a terminal that a person watches.</summary>
internal sealed class LiveRoundScreen : RoundScreen
{
    /// <summary>Lines around the table's rounds: its title, header, borders, the bar and the notes.</summary>
    private const int LinesAround = 12;

    /// <summary>Notes that stay visible.</summary>
    private const int MaxNotes = 4;

    /// <summary>Drawn at most so often: rounds may take milliseconds, and eyes do not.</summary>
    private static readonly TimeSpan BetweenFrames = TimeSpan.FromMilliseconds(50);

    /// <summary>What a slow terminal has not shown yet. The oldest unseen change goes when a thousand are waiting: only the last are visible anyway.</summary>
    private readonly Channel<Action> _changes = Channel.CreateBounded<Action>(new BoundedChannelOptions(1_000) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    private readonly TimeProvider _time;
    private readonly long _started;
    private readonly int _visibleRounds;
    private readonly RoundColumns _columns;
    private readonly LinkedList<Shown> _rounds = new();
    private readonly LinkedList<string> _notes = new();
    private readonly Task _drawing;
    private string _title = string.Empty;
    private string? _waiting;
    private int _total;

    public LiveRoundScreen(IAnsiConsole console, TimeProvider time, RoundColumns columns)
    {
        _columns = columns;
        _time = time;
        _started = time.GetTimestamp();
        _visibleRounds = Math.Max(3, console.Profile.Height - LinesAround);
        _drawing = DrawAsync(console);
    }

    public override void Title(string text) => Change(() => _title = text);

    public override void Row(int round, int rounds, IReadOnlyList<string> cells, string? note, bool isClosed) => Change(() =>
    {
        _total = rounds;
        _waiting = null;
        Put(new Shown(round, cells, note, isClosed));
        if (_rounds.Count > _visibleRounds)
        {
            _rounds.RemoveFirst();
        }
    });

    public override void Note(string text) => Change(() =>
    {
        _notes.AddLast(text);
        if (_notes.Count > MaxNotes)
        {
            _notes.RemoveFirst();
        }
    });

    public override void Waiting(string cause) => Change(() => _waiting = cause);

    public override TextWriter LogWriter => new LineWriter(Note);

    public override async ValueTask DisposeAsync()
    {
        _changes.Writer.TryComplete();
        await _drawing.ConfigureAwait(false);
    }

    /// <summary>In the order of rounds, which close in order and are few at a time.</summary>
    private void Put(Shown row)
    {
        LinkedListNode<Shown>? at = _rounds.Last;
        while (at is not null && at.Value.Round > row.Round)
        {
            at = at.Previous;
        }

        if (at is null)
        {
            _rounds.AddFirst(row);
        }
        else if (at.Value.Round == row.Round)
        {
            at.Value = row;
        }
        else
        {
            _rounds.AddAfter(at, row);
        }
    }

    private void Change(Action change) => _changes.Writer.TryWrite(change);

    private Task DrawAsync(IAnsiConsole console) => console.Live(Picture()).AutoClear(false).Overflow(VerticalOverflow.Crop).StartAsync(async context =>
    {
        while (await _changes.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            while (_changes.Reader.TryRead(out Action? change))
            {
                change();
            }

            context.UpdateTarget(Picture());
            context.Refresh();
            if (!_changes.Reader.Completion.IsCompleted)
            {
                await Task.Delay(BetweenFrames, _time).ConfigureAwait(false);
            }
        }
    });

    private Rows Picture()
    {
        // Spectre cannot draw a picture of nothing, which this is until the run begins.
        var parts = new List<IRenderable> { new Text(_title) };
        if (_rounds.Count > 0)
        {
            parts.Add(Table());
            parts.Add(Bar());
        }

        if (_waiting is { } cause)
        {
            parts.Add(new Text(cause, new Style(Color.Yellow)));
        }

        parts.AddRange(_notes.Select(n => new Text(n, new Style(Color.Grey))));
        return new Rows(parts);
    }

    private Table Table()
    {
        Table table = new Table().Border(TableBorder.Simple);
        foreach (string column in _columns.Names)
        {
            table.AddColumn(new TableColumn(column).RightAligned());
        }

        table.AddColumn(new TableColumn(string.Empty));
        foreach (Shown row in _rounds)
        {
            Style? style = row.IsClosed ? null : new Style(Color.Grey);
            table.AddRow([.. row.Cells.Select(c => new Text(c, style)), new Text(row.Note ?? string.Empty, new Style(Color.Yellow))]);
        }

        return table;
    }

    private Text Bar()
    {
        const int Width = 40;
        int done = _rounds.LastOrDefault(r => r.IsClosed)?.Round ?? 0;
        int filled = (int)((long)Width * done / Math.Max(1, _total));
        return new Text($"  {new string('━', filled)}{new string('─', Width - filled)}  {done} of {Counted.Of(_total, "round")}  {RoundText.Time(_time.GetElapsedTime(_started))}", new Style(Color.Green));
    }

    private sealed record Shown(int Round, IReadOnlyList<string> Cells, string? Note, bool IsClosed);
}
