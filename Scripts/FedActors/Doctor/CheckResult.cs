namespace FedActors.Scripts.Doctor;

/// <summary>What one of doctor's checks found.</summary>
/// <param name="Name">What was checked.</param>
/// <param name="State">How it is.</param>
/// <param name="Text">What was found, and what to do about it.</param>
internal sealed record CheckResult(string Name, CheckState State, string Text)
{
    public static CheckResult Ok(string name, string text) => new(name, CheckState.Ok, text);

    public static CheckResult Warn(string name, string text) => new(name, CheckState.Warn, text);

    public static CheckResult Fail(string name, string text) => new(name, CheckState.Fail, text);
}

/// <summary>How something is.</summary>
internal enum CheckState
{
    /// <summary>As it should be.</summary>
    Ok,

    /// <summary>It works, and somebody should look at it.</summary>
    Warn,

    /// <summary>It does not work.</summary>
    Fail,
}
