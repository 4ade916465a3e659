using FedActors.Actors;

namespace FedActors.FL.Roles;

/// <summary>Numbers senders for the round machine, which knows no references. A number is never used again.</summary>
internal sealed class SessionTable
{
    /// <summary>Number of no session.</summary>
    public const long Nobody = 0;

    private readonly Dictionary<ActorRef, Session> _byActor = [];
    private readonly Dictionary<long, Session> _byNumber = [];
    private long _last;

    /// <summary>The sender's session, opened at need. A sender of a later incarnation is another sender, though its path be the same.</summary>
    public long Open(ActorRef actor, long? incarnation = null)
    {
        if (_byActor.TryGetValue(actor, out Session? known) && (incarnation is null || known.Incarnation is null || known.Incarnation == incarnation))
        {
            known.Incarnation ??= incarnation;
            return known.Number;
        }

        Session session = new(++_last, actor) { Incarnation = incarnation };
        _byActor[actor] = session;
        _byNumber[session.Number] = session;
        return session.Number;
    }

    public ActorRef? Find(long number) => _byNumber.GetValueOrDefault(number)?.Actor;

    public long? Find(ActorRef actor) => _byActor.GetValueOrDefault(actor)?.Number;

    public bool IsMember(long number) => _byNumber.GetValueOrDefault(number)?.Member ?? false;

    public void Admit(long number) => _byNumber[number].Member = true;

    /// <summary>Closes a session.</summary>
    public void Close(long number)
    {
        if (!_byNumber.Remove(number, out Session? session))
        {
            return;
        }

        if (_byActor.GetValueOrDefault(session.Actor) == session)
        {
            _byActor.Remove(session.Actor);
        }
    }

    /// <summary>The members of a node, smallest number first.</summary>
    public long[] MembersOf(string node) => [.. _byNumber.Values.Where(session => session.Member && session.Actor.Path.Node == node).Select(session => session.Number).Order()];

    /// <summary>All members' references.</summary>
    public IEnumerable<ActorRef> Members() => _byNumber.Values.Where(session => session.Member).Select(session => session.Actor);

    private sealed class Session(long number, ActorRef actor)
    {
        public long Number { get; } = number;

        public ActorRef Actor { get; } = actor;

        public long? Incarnation { get; set; }

        public bool Member { get; set; }
    }
}
