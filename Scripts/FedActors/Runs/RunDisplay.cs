using FedActors.Storage.Training;

namespace FedActors.Scripts.Runs;

/// <summary>Shows a run while it goes on. Calls come one at a time and return at once.</summary>
internal abstract class RunDisplay : IAsyncDisposable
{
    /// <summary>What is trained, once at the beginning.</summary>
    public abstract void Title(string text);

    /// <summary>A committed round.</summary>
    public abstract void Round(RoundRecord round, int rounds);

    /// <summary>Something else that a person should see, such as a lost worker.</summary>
    public abstract void Note(string text);

    /// <summary>What the run waits for.</summary>
    public abstract void Waiting(string cause);

    /// <summary>Where log lines go so that they do not disturb the display; null for standard error as usual.</summary>
    public virtual TextWriter? LogWriter => null;

    /// <summary>Ends the display, after what was still to be shown.</summary>
    public abstract ValueTask DisposeAsync();
}
