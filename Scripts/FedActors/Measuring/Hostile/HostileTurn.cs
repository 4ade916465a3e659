using FedActors.Actors.Remoting;

namespace FedActors.Scripts.Measuring.Hostile;

/// <summary>One attack's turns.</summary>
/// <param name="Quiet">While nobody else is there.</param>
/// <param name="Control">While the attackers' process uses as much of the machine as it did when it attacked last.</param>
/// <param name="First">While it begins to attack.</param>
/// <param name="Attacked">While it goes on attacking.</param>
/// <param name="Effort">What the attackers did.</param>
/// <param name="Growth">Bytes alive at the attack's end beyond those before.</param>
/// <param name="Refusals">What was refused, by cause.</param>
/// <param name="Disconnections">How often the honest node lost its connection.</param>
internal sealed record HostileTurn(
    HonestTurn Quiet,
    HonestTurn Control,
    HonestTurn First,
    HonestTurn Attacked,
    AttackerEffort Effort,
    long Growth,
    IReadOnlyDictionary<RefusalCause, long> Refusals,
    int Disconnections);
