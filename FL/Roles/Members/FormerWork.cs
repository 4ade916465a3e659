namespace FedActors.FL.Roles;

/// <summary>What a former instance of a member still works on, in the folders that the next one uses.</summary>
/// <param name="work">Ends when nothing of it is under way.</param>
/// <param name="time">The clock.</param>
internal sealed class FormerWork(Task work, TimeProvider time)
{
    /// <summary>How long the next instance waits for it. Own programs look after each step whether they are to end, and outside ones are killed.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Ends with it, however it ended.</summary>
    public Task Work => work;

    /// <summary>Waits until it has ended.</summary>
    /// <exception cref="TimeoutException">It has not, and may never: it hangs where nothing can end it.</exception>
    /// <exception cref="OperationCanceledException">The wait was given up.</exception>
    public async Task EndAsync(CancellationToken cancellationToken)
    {
        if (work.IsCompleted)
        {
            return;
        }

        try
        {
            // However it ends.
            await Task.WhenAny(work).WaitAsync(Patience, time, cancellationToken);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"what it worked on before it was restarted has not ended within {Patience.TotalMinutes:0} minutes and uses the same folders: restart this process", e);
        }
    }
}
