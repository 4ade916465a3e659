using System.Collections.Concurrent;

namespace FedActors.Actors.Scheduling;

/// <summary>Threads that have waited long for a lock, so that two of which each is inside of what the other waits for find out.</summary>
/// <remarks>
/// Who has waited for the whole patience says what it waits for, and looks what the one that is inside waits for; it looks again after
/// each further patience. Nothing of this is done by who is let in sooner. More than two that wait in a ring do not find out.
/// </remarks>
/// <param name="words">What to say to who is refused: what brought it here, and what to do.</param>
/// <param name="patience">Far longer than anybody is inside who does what it should.</param>
internal sealed class LongWaits(string words, TimeSpan patience)
{
    private readonly ConcurrentDictionary<int, OwnedLock> _waits = new();

    public TimeSpan Patience => patience;

    /// <summary>Threads that wait long.</summary>
    public int Count => _waits.Count;

    /// <summary>A thread has waited long, and goes on doing so unless that is in vain.</summary>
    /// <returns>Whether it is: who is inside waits for a lock that the thread is inside of.</returns>
    /// <remarks>
    /// What is read stays true. The other cannot be let in where this thread is inside, so it waits there from when its word was read;
    /// and since it still is inside of <paramref name="wanted"/> after that, it will be for as long as this thread waits.
    /// </remarks>
    public bool IsInVain(int thread, OwnedLock wanted)
    {
        _waits[thread] = wanted;
        int inside = wanted.Owner;
        return _waits.TryGetValue(inside, out OwnedLock? other) && other.Owner == thread && !other.IsPassedOn && wanted.Owner == inside;
    }

    /// <summary>A thread waits no longer. Said before it leaves what it was let into.</summary>
    public void End(int thread) => _waits.TryRemove(thread, out _);

    /// <summary>What who waits in vain is told.</summary>
    public InvalidOperationException Refuse() => new(words);
}
