namespace FedActors.Actors;

/// <summary>Stands for a reference in the tables of names that went over the wire, so that a table keeps no ended actor in memory.</summary>
internal sealed class WireName
{
    /// <summary>The number that some table gave it last: a hint, which each table checks.</summary>
    public int Hint;
}
