namespace FedActors.FL.Roles;

/// <summary>What an aggregator needs: nothing but its provider.</summary>
public sealed record AggregatorSetup : MemberSetup;
