namespace FedActors.Storage;

/// <summary>A store cannot do what was asked: the file is not ours, is damaged or newer than this program, the disk is full or read-only, or the request contradicts what is stored.</summary>
public sealed class StoreException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="fault">What kind of fault.</param>
    /// <param name="message">What happened, to which file, and what to do.</param>
    /// <param name="inner">The cause, if any.</param>
    public StoreException(StoreFault fault, string message, Exception? inner = null)
        : base(message, inner) => Fault = fault;

    /// <summary>What kind of fault.</summary>
    public StoreFault Fault { get; }
}

/// <summary>Kinds of <see cref="StoreException"/>.</summary>
public enum StoreFault
{
    /// <summary>There is no such file.</summary>
    Missing,

    /// <summary>The file exists and was not made by this program.</summary>
    Foreign,

    /// <summary>The file was written by a newer version.</summary>
    Newer,

    /// <summary>The file failed its integrity check.</summary>
    Corrupt,

    /// <summary>The disk is full, read-only, or failed.</summary>
    Disk,

    /// <summary>Another process is writing to it.</summary>
    Busy,

    /// <summary>The request contradicts what is stored.</summary>
    Conflict,
}
