using FedActors.FL.Data;
using FedActors.FL.Data.Preparation;

namespace FedActors.Scripts.Doctor;

/// <summary>The configured data set.</summary>
internal static class DataChecks
{
    public static CheckResult Run(string source)
    {
        try
        {
            InspectionReport report = DataInspection.Inspect(source);
            InspectionWarning[] unusable = [.. report.Warnings.Where(w => w.Code == "unusable")];
            string text = $"{source}: {report.Parts.Count} parts, {report.Parts.Sum(p => p.Rows):N0} rows";
            return unusable.Length > 0 ? CheckResult.Fail("data", unusable[0].Text)
                : report.Warnings.Count > 0 ? CheckResult.Warn("data", $"{text}, {report.Warnings.Count} warnings: fedactors data inspect shows them")
                : CheckResult.Ok("data", text);
        }
        catch (DataFileException exception)
        {
            return CheckResult.Fail("data", exception.Message);
        }
    }
}
