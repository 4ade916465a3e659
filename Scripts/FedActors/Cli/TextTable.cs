namespace FedActors.Scripts.Cli;

/// <summary>Columns of plain text, as wide as their widest cell. The last is not padded, so that lines end without blanks.</summary>
internal sealed class TextTable
{
    private readonly List<string[]> _rows = [];
    private readonly HashSet<int> _right;

    /// <summary>Creates a table.</summary>
    /// <param name="header">The columns' names; one that begins with <c>&gt;</c> is aligned to the right.</param>
    public TextTable(params string[] header)
    {
        _right = [.. Enumerable.Range(0, header.Length).Where(i => header[i].StartsWith('>'))];
        _rows.Add([.. header.Select(h => h.TrimStart('>'))]);
    }

    public void Add(params string[] cells) => _rows.Add(cells);

    public void Write(TextWriter output)
    {
        int[] widths = [.. Enumerable.Range(0, _rows[0].Length).Select(i => _rows.Max(r => r[i].Length))];
        foreach (string[] row in _rows)
        {
            IEnumerable<string> cells = row.Select((cell, i) => _right.Contains(i) ? cell.PadLeft(widths[i]) : cell.PadRight(widths[i]));
            output.WriteLine(string.Join("  ", cells).TrimEnd());
        }
    }
}
