namespace FedActors.Actors.Scheduling;

/// <summary>On whose account turns run in a line.</summary>
internal interface ILineOrigin
{
    /// <summary>A turn on its account has not come to an end soon. Called from another thread.</summary>
    void OnHolding();
}
