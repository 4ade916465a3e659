using FedActors.Actors;
using FedActors.Actors.Supervision;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Actors.Supervision;

/// <summary>A supervisor with recording children, in virtual time, under a strategy without backoff unless it is given one.</summary>
internal sealed class Family : IAsyncDisposable
{
    public Family(SupervisorStrategy? strategy = null, params string[] children)
    {
        string[] names = children.Length == 0 ? ["a", "b"] : children;
        Parent = World.Spawn("parent", RecordingActor.Props(ParentLog, context =>
        {
            foreach (string name in names)
            {
                context.Spawn(RecordingActor.Props(Logs.TryGetValue(name, out List<string>? log) ? log : Logs[name] = []), name);
            }
        }) with { Supervisor = strategy ?? AtOnce });
    }

    /// <summary>Restarts the child that failed, without a wait.</summary>
    public static SupervisorStrategy AtOnce { get; } = SupervisorStrategy.OneForOne with { MinBackoff = TimeSpan.Zero };

    public ActorWorld World { get; } = new();

    public ActorRef Parent { get; }

    public List<string> ParentLog { get; } = [];

    public Dictionary<string, List<string>> Logs { get; } = [];

    public ActorRef this[string child] => World.System.Find($"parent/{child}") ?? throw new InvalidOperationException($"{child} has ended.");

    public IEnumerable<ActorFailed> Failures => World.Events.OfType<ActorFailed>();

    public void Fail(string child, string how = "oh") => World.Tell(this[child], new InvalidOperationException(how));

    public ValueTask DisposeAsync() => World.DisposeAsync();
}
