using FedActors.Actors;
using FedActors.Actors.Remoting;
using FedActors.Actors.Serialization;
using FedActors.Actors.Transport;

namespace FedActors.Tests.TestKit.Remoting;

/// <summary>Nodes that know the test messages.</summary>
public static class TestNodes
{
    public static readonly TransportAddress AnyPort = new("127.0.0.1", 0);

    public static MessageRegistry Registry { get; } = new MessageRegistryBuilder().Add<Numbered>().Add<Blob>().Add<Introduction>().Add<Shared>().Add<Owned>().Build();

    public static ActorSystem Create(
        ITransport transport,
        string name,
        Func<RemotingOptions, RemotingOptions>? remoting = null,
        Func<ActorSystemOptions, ActorSystemOptions>? system = null)
    {
        var options = new RemotingOptions { Transport = transport, Registry = Registry, MinReconnectDelay = TimeSpan.FromMilliseconds(5) };
        var node = new ActorSystemOptions { Node = name, Remoting = remoting?.Invoke(options) ?? options };
        return new ActorSystem(system?.Invoke(node) ?? node);
    }

    /// <summary>For attacks that are to be met one by one: a listener that many futile connections do not slow down.</summary>
    public static RemotingOptions Unpaced(RemotingOptions options) =>
        options with { Limits = options.Limits with { MaxFutileConnections = int.MaxValue } };

    /// <summary>An actor that calls <paramref name="receive"/> for each message.</summary>
    public static ActorRef SpawnSink(this ActorSystem system, string name, Action<object> receive) =>
        system.Spawn(
            Props.FromBehaviour((_, message) =>
            {
                receive(message);
                return ValueTask.CompletedTask;
            }),
            name);

    /// <summary>An actor that answers with what it is told.</summary>
    public static ActorRef SpawnEcho(this ActorSystem system, string name = "echo") =>
        system.Spawn(
            Props.FromBehaviour((context, message) =>
            {
                context.Respond(message);
                return ValueTask.CompletedTask;
            }),
            name);

    /// <summary>Completes with the first event that meets the condition.</summary>
    public static Task<T> NextAsync<T>(this ActorSystem system, Func<T, bool>? condition = null)
        where T : class
    {
        var next = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        system.Events.Subscribe<T>(happened =>
        {
            if (condition?.Invoke(happened) != false)
            {
                next.TrySetResult(happened);
            }
        });
        return next.Task;
    }

    /// <summary>An actor that watches another and hands on what it hears. Completes when the watch is on its way.</summary>
    public static async Task<Task<Terminated>> WatchAsync(this ActorSystem system, ActorRef watched)
    {
        var ended = new TaskCompletionSource<Terminated>(TaskCreationOptions.RunContinuationsAsynchronously);
        ActorRef watcher = system.Spawn(
            Props.FromBehaviour((context, message) =>
            {
                switch (message)
                {
                    case ActorRef actor:
                        context.Watch(actor);
                        context.Respond(actor);
                        break;
                    case Terminated terminated:
                        ended.TrySetResult(terminated);
                        break;
                }

                return ValueTask.CompletedTask;
            }),
            $"watcher-{Guid.CreateVersion7():N}");
        await watcher.AskAsync<ActorRef>(watched, Eventually.Limit);
        return ended.Task;
    }
}
