namespace FedActors.FL.Data;

/// <summary>The checksum of zip files: CRC-32 with the reflected polynomial EDB88320.</summary>
/// <remarks>.NET's ZipArchive does not compare an entry's checksum, so a stored entry with a flipped bit would pass unseen.</remarks>
internal sealed class Crc32
{
    private static readonly uint[] Table = BuildTable();

    private uint _state = uint.MaxValue;

    /// <summary>The checksum of all bytes so far.</summary>
    public uint Value => ~_state;

    /// <summary>Takes bytes in.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        uint state = _state;
        foreach (byte value in bytes)
        {
            state = Table[(byte)(state ^ value)] ^ (state >> 8);
        }

        _state = state;
    }

    private static uint[] BuildTable()
    {
        uint[] table = new uint[256];
        for (uint i = 0; i < table.Length; i++)
        {
            uint entry = i;
            for (int bit = 0; bit < 8; bit++)
            {
                entry = (entry & 1) == 0 ? entry >> 1 : (entry >> 1) ^ 0xEDB88320;
            }

            table[i] = entry;
        }

        return table;
    }
}
