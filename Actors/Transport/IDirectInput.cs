namespace FedActors.Actors.Transport;

/// <summary>The input of a connection that can put what arrives where it belongs, without a copy on the way.</summary>
internal interface IDirectInput
{
    /// <summary>Has the next read put its bytes here, if none is left over from the last one; what it shows is then empty.</summary>
    void PlaceNext(Memory<byte> destination);

    /// <summary>How many bytes the last read has put where it was told. Asking clears it.</summary>
    int TakePlaced();
}
