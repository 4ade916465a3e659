namespace FedActors.Tests.TestKit;

/// <summary>Tests that measure memory, or need the machine's threads for themselves: they run after all others, one at a time.</summary>
[CollectionDefinition(nameof(AloneOnTheMachine), DisableParallelization = true)]
public sealed class AloneOnTheMachine;
