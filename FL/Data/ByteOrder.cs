namespace FedActors.FL.Data;

/// <summary>Turns numbers' bytes round on machines that keep the most significant byte first.</summary>
internal static class ByteOrder
{
    /// <summary>Reverses each group of <paramref name="size"/> bytes.</summary>
    public static void Reverse(Span<byte> bytes, int size)
    {
        for (int i = 0; i < bytes.Length; i += size)
        {
            bytes.Slice(i, size).Reverse();
        }
    }
}
