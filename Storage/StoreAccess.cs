namespace FedActors.Storage;

/// <summary>What a process opens a store for.</summary>
public enum StoreAccess
{
    /// <summary>The one writer: creates the file, migrates it, checks its integrity, and holds its lock until disposed.</summary>
    Write = 0,

    /// <summary>Reads beside whatever writer there is; changes nothing, not even the schema.</summary>
    Read = 1,

    /// <summary>Reads, and leaves requests for the writer.</summary>
    Request = 2,
}
