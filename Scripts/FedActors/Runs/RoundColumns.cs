namespace FedActors.Scripts.Runs;

/// <summary>The columns of rows that are written one by one, so that their widths are settled beforehand.</summary>
/// <param name="Columns">Each column's name and width.</param>
internal sealed record RoundColumns(params (string Name, int Width)[] Columns)
{
    public IEnumerable<string> Names => Columns.Select(c => c.Name);

    public string Header() => Line([.. Names]);

    public string Line(IReadOnlyList<string> cells) => string.Join("  ", cells.Select((c, i) => c.PadLeft(Columns[i].Width)));
}
