namespace FedActors.Storage.Gossip;

/// <summary>The sequences that a process may give out without another durable write.</summary>
internal sealed class SequenceBlock(ulong reserved)
{
    /// <summary>One sync of the disk for so many sequences. What a crash wastes of a 63-bit number is nothing.</summary>
    public const ulong Size = 64;

    private ulong _last = reserved;
    private ulong _ceiling = reserved;

    /// <summary>Gives the next sequence, after <paramref name="reserve"/> has made a new ceiling durable where the block is used up.</summary>
    public ulong Next(Action<ulong> reserve)
    {
        if (_last == _ceiling)
        {
            ulong ceiling = checked(_ceiling + Size);
            reserve(ceiling);
            _ceiling = ceiling;
        }

        return ++_last;
    }
}
