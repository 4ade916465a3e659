namespace FedActors.FL.Data.Preparation;

/// <summary>What <see cref="DataInspection"/> found.</summary>
/// <param name="Source">What was inspected.</param>
/// <param name="Manifest">The data set's manifest; null for a single file.</param>
/// <param name="Parts">Sites in the manifest's order, then the evaluation; for a single file, itself. Parts that could not be read are missing.</param>
/// <param name="Warnings">Everything that a person should look at before training.</param>
public sealed record InspectionReport(
    string Source,
    DataManifest? Manifest,
    IReadOnlyList<PartReport> Parts,
    IReadOnlyList<InspectionWarning> Warnings);

/// <summary>One file's content.</summary>
/// <param name="Name">Site, <c>evaluation</c>'s name, or file.</param>
/// <param name="Arrays">Names, element types and shapes, for instance <c>X &lt;f4 [1109, 36], y &lt;i8 [1109]</c>.</param>
/// <param name="Rows">Examples.</param>
/// <param name="Features">Numbers per example.</param>
/// <param name="ClassCounts">Examples of each class, in the order of the labels.</param>
/// <param name="Minimum">Smallest finite number; null when there is none.</param>
/// <param name="Maximum">Largest finite number; null when there is none.</param>
public sealed record PartReport(string Name, string Arrays, int Rows, int Features, IReadOnlyList<int> ClassCounts, float? Minimum, float? Maximum);

/// <summary>Something that a person should look at.</summary>
/// <param name="Code">A short stable code: <c>unusable</c>, <c>missing-class</c>, <c>label-range</c>, <c>non-finite</c>, <c>constant-feature</c>, <c>duplicate-rows</c>, <c>shared-rows</c>, <c>leaked-rows</c>.</param>
/// <param name="Part">The part it is about.</param>
/// <param name="Text">What was found and what it means.</param>
public sealed record InspectionWarning(string Code, string Part, string Text);
