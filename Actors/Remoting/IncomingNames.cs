namespace FedActors.Actors.Remoting;

/// <summary>Actors that the other side has given numbers in a session: this node's, which it tells, and its own, which tell.</summary>
/// <remarks>Touched by the one loop that receives, and between connections.</remarks>
internal sealed class IncomingNames
{
    private readonly List<NamedTarget> _targets = [];
    private readonly List<ActorRef> _senders = [];

    /// <exception cref="ProtocolException">The other side has left numbers out, or gives too many.</exception>
    public void AddTarget(int number, NamedTarget target) => Set(_targets, number, target);

    /// <inheritdoc cref="AddTarget"/>
    public void AddSender(int number, ActorRef sender) => Set(_senders, number, sender);

    /// <exception cref="ProtocolException">Nobody has the number.</exception>
    public NamedTarget Target(long number) => Get(_targets, number);

    /// <inheritdoc cref="Target"/>
    public ActorRef Sender(long number) => Get(_senders, number);

    public void Clear()
    {
        _targets.Clear();
        _senders.Clear();
    }

    private static void Set<T>(List<T> named, int number, T actor)
    {
        if (number == named.Count && number < OutgoingNames.Capacity)
        {
            named.Add(actor);
        }
        else if ((uint)number < (uint)named.Count)
        {
            named[number] = actor;
        }
        else
        {
            throw new ProtocolException($"Number {number} was given to an actor after {named.Count}; up to {OutgoingNames.Capacity} are given, one after the other.");
        }
    }

    private static T Get<T>(List<T> named, long number) =>
        (ulong)number < (ulong)named.Count ? named[(int)number] : throw new ProtocolException($"No actor has the number {number}.");
}
