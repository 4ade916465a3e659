namespace FedActors.Scripts.Runs;

/// <summary>Rounds as plain lines, for files and pipes.</summary>
/// <param name="output">Where rounds go; null for nowhere.</param>
/// <param name="notes">Where what is out of the ordinary goes.</param>
/// <param name="columns">The rows' columns.</param>
internal sealed class PlainRoundScreen(TextWriter? output, TextWriter notes, RoundColumns columns) : RoundScreen
{
    private bool _hasHeader;

    public override void Title(string text) => output?.WriteLine(text);

    public override void Row(int round, int rounds, IReadOnlyList<string> cells, string? note, bool isClosed)
    {
        // A line cannot be taken back: it is written once nothing of it will change.
        if (!isClosed)
        {
            return;
        }

        if (!_hasHeader)
        {
            output?.WriteLine(columns.Header());
            _hasHeader = true;
        }

        string line = columns.Line(cells);
        output?.WriteLine(note is null ? line : $"{line}  {note}");
        output?.Flush();
    }

    public override void Note(string text) => notes.WriteLine(text);

    public override void Waiting(string cause) => notes.WriteLine(cause);

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
