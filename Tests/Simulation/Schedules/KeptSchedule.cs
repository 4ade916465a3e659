using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using FedActors.Simulation.Schedules;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Simulation.Schedules;

/// <summary>A schedule that once broke something, written down with all its fields: it stays what it is, however schedules come to be drawn.</summary>
/// <typeparam name="T">Of which mode.</typeparam>
/// <param name="What">What broke.</param>
/// <param name="Reaches">What it must reach to show anything, as a campaign counts it.</param>
/// <param name="Schedule">The schedule.</param>
internal sealed record KeptSchedule<T>(string What, IReadOnlyList<string> Reaches, T Schedule)
    where T : Schedule
{
    private const string Folder = "Tests/Simulation/Schedules";

    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { LeaveOutWhatFollows } },
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter() },
    };

    /// <summary>The names of those of a mode.</summary>
    public static TheoryData<string> Names(string mode) =>
        [.. Directory.EnumerateFiles(Repository.PathOf($"{Folder}/{mode}"), "*.json").Select(file => $"{mode}/{Path.GetFileNameWithoutExtension(file)}").Order(StringComparer.Ordinal)];

    /// <summary>One of them.</summary>
    public static KeptSchedule<T> Load(string name) => JsonSerializer.Deserialize<KeptSchedule<T>>(TextOf(name), Json)!;

    /// <summary>Runs one of them: nothing breaks, and it still does what it was kept for.</summary>
    public static void Check(string name, ISimulator simulator)
    {
        KeptSchedule<T> kept = Load(name);

        ScheduleResult result = simulator.Run(kept.Schedule);

        result.Violation.Should().BeNull(kept.What);
        kept.Reaches.Should().NotBeEmpty().And.BeSubsetOf(result.Coverage.Counts.Keys, "the schedule still does what it was kept for");
        JsonSerializer.Serialize(kept, Json).Should().Be(TextOf(name).TrimEnd(), "each of its fields is written down, those with a default, too");
    }

    /// <summary>What follows from other fields, as names of machines do, is no field of its own.</summary>
    private static void LeaveOutWhatFollows(JsonTypeInfo type)
    {
        foreach (JsonPropertyInfo property in type.Properties.Where(property => property.Set is null).ToList())
        {
            type.Properties.Remove(property);
        }
    }

    private static string TextOf(string name) => File.ReadAllText(Repository.PathOf($"{Folder}/{name}.json")).ReplaceLineEndings("\n");
}
