namespace FedActors.Scripts.Configuration;

/// <summary>One thing that is wrong with a configuration.</summary>
/// <param name="Path">The key.</param>
/// <param name="Value">The value as written, or null when the key itself is the fault.</param>
/// <param name="Origin">Where it was written, or null for a default.</param>
/// <param name="Allowed">What would be right.</param>
internal sealed record ConfigFault(string Path, string? Value, string? Origin, string Allowed)
{
    public override string ToString()
    {
        string where = Origin is null ? string.Empty : $" ({Origin})";
        return Value is null ? $"{Path}{where}: {Allowed}" : $"{Path} is {Value}{where}: {Allowed}";
    }
}
