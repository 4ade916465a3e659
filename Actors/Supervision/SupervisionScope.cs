namespace FedActors.Actors.Supervision;

/// <summary>Which children a directive is for.</summary>
public enum SupervisionScope
{
    /// <summary>The child that failed.</summary>
    OneForOne,

    /// <summary>All children of the supervisor, because they only make sense together.</summary>
    AllForOne,
}
