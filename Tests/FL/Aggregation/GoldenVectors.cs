using System.Text.Json;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.FL.Aggregation;

/// <summary>Updates, weights and what each rule makes of them, computed in float64 by NumPy and by other systems' code.</summary>
internal static class GoldenVectors
{
    /// <summary>Set to the path of another file of the same form, its vectors are used instead.</summary>
    public const string FileVariable = "FEDACTORS_GOLDEN_ROBUST";

    private static readonly Lazy<JsonDocument> File = new(Load);

    /// <summary>All cases, by instance and position in it.</summary>
    public static IEnumerable<GoldenCase> Cases =>
        from instance in File.Value.RootElement.GetProperty("instances").EnumerateArray()
        from item in instance.GetProperty("cases").EnumerateArray().Select((value, index) => (Value: value, Index: index))
        select new GoldenCase(instance, item.Value, item.Index);

    public static GoldenCase Find(string instance, int index) => Cases.Single(item => item.Instance == instance && item.Index == index);

    private static JsonDocument Load()
    {
        string? other = Environment.GetEnvironmentVariable(FileVariable);
        string path = string.IsNullOrEmpty(other) ? Repository.PathOf("Tests/FL/Aggregation/robust_golden.json") : other;
        return JsonDocument.Parse(System.IO.File.ReadAllBytes(path));
    }
}
