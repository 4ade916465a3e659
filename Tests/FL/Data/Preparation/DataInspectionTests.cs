using FedActors.FL.Data;
using FedActors.FL.Data.Preparation;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.FL.Data.Preparation;

public sealed class DataInspectionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Inspect_Landsat_ShowsShapesAndTheStripsMissingClasses()
    {
        InspectionReport report = DataInspection.Inspect("landsat");

        report.Parts.Select(part => part.Name).Should().Equal("A", "B", "C", "D", "evaluation");
        report.Parts[0].Arrays.Should().Be("X <f4 [1109, 36], y <i8 [1109]");
        report.Parts.Should().OnlyContain(part => part.ClassCounts.Sum() == part.Rows && part.Minimum >= 0 && part.Maximum <= 255);
        report.Warnings.Where(warning => warning.Code == "missing-class").Select(warning => $"{warning.Part}: {warning.Text}")
            .Should().SatisfyRespectively(a => a.Should().StartWith("A: No examples of red soil."), c => c.Should().StartWith("C: No examples of cotton crop."));
    }

    [Fact]
    public void Inspect_SoundFolder_WarnsOfNothing()
    {
        Write(("A", [1, 2, 3, 4], [0, 1]), ("B", [5, 6, 7, 8], [1, 0]), ("evaluation", [9, 10, 11, 12], [0, 1]));

        InspectionReport report = DataInspection.Inspect(_folder.Path);

        report.Warnings.Should().BeEmpty();
        report.Manifest!.Name.Should().Be("small");
        report.Parts[2].ClassCounts.Should().Equal(1, 1);
    }

    [Fact]
    public void Inspect_EachTrouble_IsNamedWithItsPart()
    {
        Write(
            ("A", [1, 2, 1, 4, 1, 4], [0, 1, 1]),
            ("B", [5, float.NaN, 7, float.NegativeInfinity, 1, 2], [0, 0, 0]),
            ("C", [1, 4, 20, 30], [1, 7]),
            ("evaluation", [5, 5, 20, 30], [0, 1]));
        File.Delete(_folder["D.npz"]);

        InspectionReport report = DataInspection.Inspect(_folder.Path);

        report.Warnings.Select(warning => $"{warning.Part} {warning.Code}").Should().BeEquivalentTo(
            "A constant-feature",
            "A duplicate-rows",
            "B missing-class",
            "B non-finite",
            "B shared-rows",
            "C label-range",
            "C missing-class",
            "C shared-rows",
            "evaluation leaked-rows");
        Text(report, "B", "non-finite").Should().Contain("2 numbers are NaN or infinite, the first in row 0, feature 1");
        Text(report, "A", "duplicate-rows").Should().Contain("1 of 3 rows");
        Text(report, "evaluation", "leaked-rows").Should().Contain("C (1)");
    }

    [Fact]
    public void Inspect_DamagedAndMissingFiles_AreFindingsBesideTheRest()
    {
        Write(("A", [1, 2, 3, 4], [0, 1]), ("B", [5, 6, 7, 8], [1, 0]), ("C", [9, 9, 8, 8], [1, 0]), ("evaluation", [9, 10, 11, 12], [0, 1]));
        File.Delete(_folder["A.npz"]);
        File.WriteAllBytes(_folder["B.npz"], File.ReadAllBytes(_folder["B.npz"])[..100]);

        InspectionReport report = DataInspection.Inspect(_folder.Path);

        report.Warnings.Select(warning => $"{warning.Part} {warning.Code}").Should().Equal("A unusable", "B unusable");
        report.Parts.Select(part => part.Name).Should().Equal("C", "evaluation");
    }

    [Fact]
    public void Inspect_SingleFile_CountsItsClasses()
    {
        NpzWriter.Write(_folder["a.npz"], [new("features", NpyArray.Of([1.0, 2, 3], 3, 1)), new("labels", NpyArray.Of([0, 2, 2], 3))]);

        InspectionReport report = DataInspection.Inspect(_folder["a.npz"]);

        report.Manifest.Should().BeNull();
        report.Parts.Should().ContainSingle().Which.Arrays.Should().Be("features <f8 [3, 1], labels <i4 [3]");
        report.Parts[0].ClassCounts.Should().Equal(1, 0, 2);
        report.Warnings.Should().ContainSingle(warning => warning.Code == "missing-class").Which.Text.Should().NotContain("the others", "a file by itself has no others");
    }

    [Fact]
    public void Inspect_NoSuchThing_IsRefused()
    {
        FluentActions.Invoking(() => DataInspection.Inspect(_folder["nothing"])).Should().Throw<DataFileException>();
    }

    private static string Text(InspectionReport report, string part, string code) =>
        report.Warnings.Single(warning => warning.Part == part && warning.Code == code).Text;

    // The last part is the evaluation; every part has two features and the manifest says two classes.
    private void Write(params (string Name, float[] X, long[] Y)[] parts)
    {
        SiteFile[] files = [.. parts.Select(part =>
        {
            NpzWriter.Write(_folder[part.Name + ".npz"], [new("X", NpyArray.Of(part.X, part.Y.Length, 2)), new("y", NpyArray.Of(part.Y, part.Y.Length))]);
            return new SiteFile(part.Name, part.Name + ".npz", part.Y.Length, DataFiles.Hash(_folder[part.Name + ".npz"]));
        })];
        new DataManifest { Name = "small", Features = 2, Classes = 2, ClassNames = ["a", "b"], Sites = files[..^1], Evaluation = files[^1] }.Save(_folder.Path);
    }
}
