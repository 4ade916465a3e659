using System.Text.RegularExpressions;
using FedActors.FL.Models;

namespace FedActors.FL.Data;

/// <summary>What a manifest must keep to.</summary>
internal static partial class ManifestRules
{
    private const int MaxClassNameLength = 100;

    /// <summary>Every fault, in words; empty when there is none.</summary>
    public static IReadOnlyList<string> FindFaults(DataManifest manifest)
    {
        List<string> faults = [];
        if (manifest.SchemaVersion is < 1 or > DataManifest.CurrentSchemaVersion)
        {
            return [$"schema_version is {manifest.SchemaVersion}; this program reads 1 to {DataManifest.CurrentSchemaVersion}"];
        }

        if (ModelSpecification.FindFault(ModelSpecification.Softmax, manifest.Features, manifest.Classes) is { } fault)
        {
            faults.Add(fault.TrimEnd('.'));
        }

        if (manifest.ClassNames.Count != manifest.Classes)
        {
            faults.Add($"class_names has {manifest.ClassNames.Count} names for {manifest.Classes} classes");
        }

        if (manifest.ClassNames.Any(name => string.IsNullOrWhiteSpace(name) || name.Length > MaxClassNameLength))
        {
            faults.Add($"a class name is empty or longer than {MaxClassNameLength} characters");
        }

        if (manifest.Sites.Count is 0 or > DataManifest.MaxSites)
        {
            faults.Add($"there are {manifest.Sites.Count} sites; 1 to {DataManifest.MaxSites} are allowed");
        }

        HashSet<string> names = [];
        foreach (SiteFile site in manifest.Sites)
        {
            CheckFile(site, faults);
            if (!names.Add(site.Name))
            {
                faults.Add($"site {site.Name} occurs twice");
            }
        }

        if (manifest.Evaluation is not null)
        {
            CheckFile(manifest.Evaluation, faults);
        }

        return faults;
    }

    // A manifest may come from elsewhere: a file name with a path in it could read any file of this machine.
    private static void CheckFile(SiteFile site, List<string> faults)
    {
        if (!PlainName().IsMatch(site.Name))
        {
            faults.Add($"the site name '{site.Name}' is not 1 to 64 letters, digits, dots, dashes or underscores, the first a letter or digit");
        }

        if (!PlainName().IsMatch(site.File))
        {
            faults.Add($"the file '{site.File}' of site {site.Name} is not a plain file name");
        }

        if (site.Rows is < 1 or > DataSet.MaxCount)
        {
            faults.Add($"site {site.Name} has {site.Rows} rows; 1 to {DataSet.MaxCount} are allowed");
        }

        if (!Sha256().IsMatch(site.Sha256))
        {
            faults.Add($"the sha256 of site {site.Name} is not 64 lower-case hex digits");
        }

        if (site.File.EndsWith(SiteFile.NpySuffix, StringComparison.Ordinal) != site.Labels is not null)
        {
            faults.Add($"site {site.Name} has the file '{site.File}' {(site.Labels is null ? "without" : "with")} labels; an npy file needs a file of labels, and an npz file holds them itself");
        }
        else if (site.Labels is { } labels && (!PlainName().IsMatch(labels.File) || !Sha256().IsMatch(labels.Sha256)))
        {
            faults.Add($"the labels of site {site.Name} are no plain file name with 64 lower-case hex digits of its SHA-256");
        }
    }

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]{0,63}\z", RegexOptions.CultureInvariant)]
    private static partial Regex PlainName();

    [GeneratedRegex(@"\A[0-9a-f]{64}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Sha256();
}
