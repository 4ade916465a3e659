namespace FedActors.FL.Training.Networks;

/// <summary>The rows of a matrix in order, where a kernel asks which rows to take.</summary>
internal static class RowNumbers
{
    /// <summary>0, 1, 2 and so on, at least so many; the same array where it is long enough.</summary>
    public static int[] UpTo(int[] rows, int count)
    {
        if (rows.Length >= count)
        {
            return rows;
        }

        int[] longer = new int[count];
        for (int i = 0; i < longer.Length; i++)
        {
            longer[i] = i;
        }

        return longer;
    }
}
