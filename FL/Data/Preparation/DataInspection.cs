using FedActors.FL.Data.Sources;

namespace FedActors.FL.Data.Preparation;

/// <summary>Looks a data set over before anybody trains on it.</summary>
public static class DataInspection
{
    /// <summary>Inspects a data set.</summary>
    /// <param name="source"><see cref="LandsatData.Name"/>, a folder with a manifest, or a file of examples.</param>
    /// <exception cref="DataFileException">There is no such thing, its manifest is unsound, or the single file cannot be used.</exception>
    public static InspectionReport Inspect(string source)
    {
        ArgumentException.ThrowIfNullOrEmpty(source);
        if (source != LandsatData.Name && File.Exists(source))
        {
            LabelledExamples examples = ExampleSource.Open(source).Examples;
            Inspection file = new(null, examples.CountClasses());
            file.Add(Path.GetFileName(source), examples, isEvaluation: false);
            return file.ToReport(source);
        }

        IFederatedData data = FederatedData.Open(source);
        Inspection inspection = new(data.Manifest, data.Manifest.Classes);
        foreach (SiteFile site in data.Manifest.Sites)
        {
            Add(inspection, data, site, isEvaluation: false);
        }

        if (data.Manifest.Evaluation is { } evaluation)
        {
            Add(inspection, data, evaluation, isEvaluation: true);
        }

        return inspection.ToReport(source);
    }

    // A file that cannot be read is a finding like another: the rest is still worth a look.
    private static void Add(Inspection inspection, IFederatedData data, SiteFile site, bool isEvaluation)
    {
        try
        {
            if (data is DataFolder folder)
            {
                folder.CheckHash(site);
                inspection.Add(site.Name, folder.Read(site), isEvaluation);
            }
            else
            {
                inspection.Add(site.Name, LabelledExamples.Of(site.File, isEvaluation ? data.LoadEvaluation() : data.LoadSite(site.Name)), isEvaluation);
            }
        }
        catch (DataFileException e)
        {
            inspection.Warn("unusable", site.Name, e.Message);
        }
    }
}
