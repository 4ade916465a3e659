namespace FedActors.Tests.Architecture;

/// <summary>The stated exceptions from the rules, each with its reason. A file here that no longer exists fails a test.</summary>
internal static class AllowedTo
{
    /// <summary>Files that may block on a task.</summary>
    public static IReadOnlyList<string> Block { get; } =
    [
        // Takes the result of a ValueTask that has completed: nothing blocks, and a pooled source goes back to its pool.
        "Actors/Cells/ActorCell.cs",
        "Actors/Cells/ActorCell.Draining.cs",

        // On a thread of its own, as something other than the process that it measures.
        "Scripts/FedActors/Measuring/Hostile/HonestPeer.cs",
    ];

    /// <summary>Files of tests that may sleep.</summary>
    public static IReadOnlyList<string> Sleep { get; } =
    [
        // Slows a clock down that a test moves. What the test waits for it awaits.
        "Tests/TestKit/Eventually.cs",
    ];

    /// <summary>Files that may catch every exception.</summary>
    public static IReadOnlyList<string> CatchEverything { get; } =
    [
        // The drain loop and what it calls: whatever an actor's code throws becomes a failure that its supervisor decides about.
        "Actors/Cells/Activation.cs",
        "Actors/Remoting/Link.cs",
        "Actors/Cells/ActorCell.Draining.cs",
        "Actors/Cells/ActorCell.Lifecycle.cs",
        "Actors/Cells/ActorCell.Supervision.cs",

        // As for the pool, a turn that fails outside any actor is nobody's; unlike there it does not end the process, and is said aloud.
        "Actors/Scheduling/TurnLine.cs",

        // The edge of a thread of our own: whatever ends it closes all that it waited for, and is said aloud.
        "Actors/Transport/Sockets/ReactorThread.cs",

        // A log that fails there would end the process.
        "Actors/Transport/Sockets/SocketLog.cs",

        // Nobody awaits the dialling of a node: what one attempt does not foresee must not end all of them.
        "Actors/Remoting/RemoteNode.cs",

        // What a message throws when it is encoded is for its sender to hear, who waits, and not for the connection that made room.
        "Actors/Remoting/Outbox.Waiting.cs",

        // And when it is encoded anew for another connection its sender has gone on: it costs that message, is a dead letter, and is said aloud.
        "Actors/Remoting/Endpoint.Links.cs",

        // The process's edge: whatever comes becomes a message and an exit code.
        "Scripts/FedActors/Cli/CommandRunner.cs",

        // An observer's failure is not the failure of whom it observes.
        "Actors/EventStream.cs",
    ];
}
