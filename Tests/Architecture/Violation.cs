namespace FedActors.Tests.Architecture;

/// <summary>A line that breaks a rule.</summary>
internal sealed record Violation(string Path, int Line, string Why)
{
    public override string ToString() => $"{Path}:{Line}: {Why}";
}
