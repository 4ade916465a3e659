namespace FedActors.Actors.Transport.Sockets;

/// <summary>Tells, from looks at intervals, whether a thread is held by one turn.</summary>
internal sealed class HoldWatch
{
    /// <summary>Looks in a row at which nothing had happened, until it need not be looked at: a conversation that pauses begins anew at once.</summary>
    public const int LooksBeforeRest = 16;

    private long _seen = -1;
    private int _collections = -1;
    private bool _wasAtWork;
    private int _atRest;

    /// <summary>What a look tells.</summary>
    public enum Finding
    {
        /// <summary>It goes on.</summary>
        Moving,

        /// <summary>It has been within one turn since the last look.</summary>
        Held,

        /// <summary>It has done nothing for some looks.</summary>
        Resting,
    }

    /// <summary>Looks.</summary>
    /// <param name="isAtWork">Whether it is at work on what came.</param>
    /// <param name="turns">Turns that have begun there.</param>
    /// <param name="collections">Collections of garbage that there have been, during which all threads stand still.</param>
    public Finding Look(bool isAtWork, long turns, int collections)
    {
        bool hasMoved = turns != _seen;
        bool isHeld = isAtWork && _wasAtWork && !hasMoved && collections == _collections;
        _collections = collections;
        _seen = turns;
        _wasAtWork = isAtWork;
        _atRest = isAtWork || hasMoved ? 0 : _atRest + 1;
        return isHeld ? Finding.Held : _atRest >= LooksBeforeRest ? Finding.Resting : Finding.Moving;
    }
}
