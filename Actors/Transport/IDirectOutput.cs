namespace FedActors.Actors.Transport;

/// <summary>The output of a connection that can send memory from where it lies, without a copy on the way.</summary>
internal interface IDirectOutput
{
    /// <summary>Whether a flush may well grow beyond the usual: what was written to it so far costs little to hold, and more in one piece wakes the other side less often.</summary>
    bool TakesMore { get; }

    /// <summary>Sends bytes behind what was written and referred to so far. They must not change before the flush has ended.</summary>
    void Refer(ReadOnlyMemory<byte> bytes);
}
