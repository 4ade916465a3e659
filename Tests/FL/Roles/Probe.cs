using System.Threading.Channels;
using FedActors.Actors;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.FL.Roles;

/// <summary>An actor played by a test: what it receives is read in order, and what the test says comes from it.</summary>
internal sealed class Probe
{
    private readonly Channel<(object Message, ActorRef? Sender)> _received = Channel.CreateUnbounded<(object, ActorRef?)>();

    public Probe(ActorSystem system, string name)
    {
        Ref = system.Spawn(
            Props.FromBehaviour((context, message) =>
            {
                _received.Writer.TryWrite((message, context.Sender));
                return ValueTask.CompletedTask;
            }),
            name);
    }

    public ActorRef Ref { get; }

    /// <summary>Who sent what was read last.</summary>
    public ActorRef? LastSender { get; private set; }

    public void Tell(ActorRef target, object message) => target.Tell(message, Ref);

    /// <summary>The next message of a type; others before it are passed over.</summary>
    public async Task<T> Expect<T>()
        where T : class
    {
        using CancellationTokenSource limit = new(Eventually.Limit, TimeProvider.System);
        while (true)
        {
            (object message, ActorRef? sender) = await _received.Reader.ReadAsync(limit.Token);
            if (message is T wanted)
            {
                LastSender = sender;
                return wanted;
            }
        }
    }
}
