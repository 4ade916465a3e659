using FedActors.FL.Data;
using FedActors.FL.Data.Preparation;
using FedActors.Scripts.Cli;

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
            string text = $"{source}: {Counted.Of(report.Parts.Count, "part")}, {Counted.Of(report.Parts.Sum(p => p.Rows), "row")}";
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
