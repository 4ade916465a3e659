namespace FedActors.FL.Topologies;

/// <summary>A grid, as near to a square as the number of peers allows, whose rows and columns are rings: four neighbours each.</summary>
/// <remarks>A prime number of peers allows one row only, which is a ring.</remarks>
public sealed class TorusTopology : ITopology
{
    internal const string Kind = "torus";

    /// <inheritdoc/>
    public string Name => Kind;

    /// <inheritdoc/>
    public IReadOnlyList<string> NeighboursOf(string peer, IReadOnlyList<string> peers)
    {
        int index = Topology.IndexOf(peer, peers);
        int rows = Rows(peers.Count);
        int columns = peers.Count / rows;
        (int row, int column) = Math.DivRem(index, columns);
        int[] around =
        [
            (row * columns) + ((column + columns - 1) % columns), (row * columns) + ((column + 1) % columns),
            ((row + rows - 1) % rows * columns) + column, ((row + 1) % rows * columns) + column,
        ];
        return [.. around.Where(other => other != index).Distinct().Order().Select(other => peers[other])];
    }

    private static int Rows(int count)
    {
        int rows = (int)Math.Sqrt(count);
        while (count % rows != 0)
        {
            rows--;
        }

        return rows;
    }
}
