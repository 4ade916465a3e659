namespace FedActors.FL.Rounds;

/// <summary>A worker's part in an attempt.</summary>
internal sealed class Seat
{
    public SeatState State { get; set; }

    /// <summary>Why it failed or was lost.</summary>
    public string? Cause { get; set; }

    /// <summary>Set while <see cref="SeatState.Accepted"/>.</summary>
    public UpdateFigures? Figures { get; set; }
}

/// <summary>What a worker's part in an attempt has come to.</summary>
internal enum SeatState
{
    /// <summary>Asked; no answer yet.</summary>
    Outstanding,

    /// <summary>Its update is counted.</summary>
    Accepted,

    /// <summary>It answered, but with nothing that counts.</summary>
    Failed,

    /// <summary>It was lost before it answered, and is asked again if it comes back.</summary>
    Lost,
}
