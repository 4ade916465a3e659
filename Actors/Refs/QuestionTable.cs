using System.Collections.Concurrent;

namespace FedActors.Actors;

/// <summary>Finds a node's open questions by their numbers, for the answers that come from other nodes.</summary>
/// <remarks>
/// Numbers are given one after the other, so most questions find the place that their number's last bits say empty. One that finds
/// an older question there, which is still open, goes into a dictionary, which costs several times as much and memory for each.
/// </remarks>
internal sealed class QuestionTable
{
    /// <summary>Places; a power of two. More questions than that at once are rare.</summary>
    public const int Places = 1024;

    private readonly ConcurrentDictionary<long, PromiseRef> _displaced = new();
    private PromiseRef?[]? _places;

    /// <summary>Enters a question under a number that is nobody else's.</summary>
    public void Enter(long number, PromiseRef question)
    {
        if (Interlocked.CompareExchange(ref PlaceOf(number), question, null) is not null)
        {
            _displaced[number] = question;
        }
    }

    /// <summary>Takes a question out.</summary>
    public void Remove(long number, PromiseRef question)
    {
        if (Interlocked.CompareExchange(ref PlaceOf(number), null, question) != question)
        {
            _displaced.TryRemove(number, out _);
        }
    }

    /// <summary>The open question of a number, or null.</summary>
    public PromiseRef? Find(long number)
    {
        PromiseRef? question = Volatile.Read(ref PlaceOf(number));
        return question?.KnownUid == number ? question : _displaced.GetValueOrDefault(number);
    }

    /// <summary>Made with the first question: most systems of a test or a simulation ask nobody elsewhere.</summary>
    private ref PromiseRef? PlaceOf(long number)
    {
        PromiseRef?[] places = _places ?? Interlocked.CompareExchange(ref _places, new PromiseRef?[Places], null) ?? _places;
        return ref places[number & (Places - 1)];
    }
}
