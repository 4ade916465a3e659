using System.Text.Json;
using FedActors.FL.Aggregation;

namespace FedActors.Tests.FL.Aggregation;

/// <summary>One rule's result on one set of updates.</summary>
internal sealed class GoldenCase(JsonElement instance, JsonElement item, int index)
{
    public string Instance { get; } = instance.GetProperty("name").GetString()!;

    public int Index { get; } = index;

    public string Algorithm { get; } = item.GetProperty("algorithm").GetString()!;

    /// <summary>Whether equal scores make more than one choice right, so that there is nothing to compare.</summary>
    public bool IsAmbiguous { get; } = item.TryGetProperty("ambiguous", out JsonElement ambiguous) && ambiguous.GetBoolean();

    public double[] Expected { get; } = Doubles(item.GetProperty("expected"));

    public int F { get; } = instance.GetProperty("f").GetInt32();

    public double[][] Clients { get; } = [.. instance.GetProperty("clients").EnumerateArray().Select(Doubles)];

    public double[] Examples { get; } = Doubles(instance.GetProperty("num_examples"));

    public int[] Attackers { get; } = [.. instance.GetProperty("attackers").EnumerateArray().Select(value => value.GetInt32())];

    public UpdateBatch<double> ToBatch() => new([.. Clients.Select(row => new ReadOnlyMemory<double>(row))], Examples);

    public double Number(string parameter) => item.GetProperty("params").GetProperty(parameter).GetDouble();

    public int Whole(string parameter) => item.GetProperty("params").GetProperty(parameter).GetInt32();

    public string Text(string parameter) => item.GetProperty("params").GetProperty(parameter).GetString()!;

    public double[] Vector(string parameter) => Doubles(item.GetProperty("params").GetProperty(parameter));

    /// <summary>A figure beside the result, such as <c>scores</c>; null where this case has none.</summary>
    public double[]? Figures(string name) =>
        !item.TryGetProperty(name, out JsonElement value) ? null : value.ValueKind == JsonValueKind.Array ? Doubles(value) : [value.GetDouble()];

    /// <summary>The first update with the same numbers.</summary>
    public int FirstEqualTo(int client) => Array.FindIndex(Clients, row => row.SequenceEqual(Clients[client]));

    public override string ToString() => $"{Instance} {Algorithm} {item.GetProperty("params")}";

    private static double[] Doubles(JsonElement array) => [.. array.EnumerateArray().Select(value => value.GetDouble())];
}
