namespace FedActors.Actors.Supervision;

/// <summary>What a supervisor does about a failed child.</summary>
public enum Directive
{
    /// <summary>The child goes on with its next message, its state as it is.</summary>
    Resume,

    /// <summary>The child gets a new instance behind the same reference and mailbox.</summary>
    Restart,

    /// <summary>The child ends.</summary>
    Stop,

    /// <summary>The supervisor itself fails with the child's failure, and its own parent decides.</summary>
    Escalate,
}
