using FedActors.FL.Data;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.FL.Data;

public sealed class LandsatDataTests
{
    private readonly LandsatData _data = new();

    [Fact]
    public void Manifest_Embedded_StatesFourStripsAndTheOfficialTest()
    {
        _data.Manifest.Features.Should().Be(36);
        _data.Manifest.Classes.Should().Be(6);
        _data.Manifest.Sites.Select(site => $"{site.Name} {site.Rows}").Should().Equal("A 1109", "B 1109", "C 1109", "D 1108");
        _data.Manifest.Evaluation!.Rows.Should().Be(2000);
        ManifestRules.FindFaults(_data.Manifest).Should().BeEmpty();
    }

    [Fact]
    public void LoadSite_EachStrip_HasTheClassesItsSourceSays()
    {
        _data.LoadSite("A").CountByClass()[0].Should().Be(0);
        _data.LoadSite("C").CountByClass()[1].Should().Be(0);
        _data.LoadEvaluation().CountByClass().Should().OnlyContain(count => count > 0);
        FluentActions.Invoking(() => _data.LoadSite("E")).Should().Throw<DataFileException>().WithMessage("*A, B, C, D*");
    }

    [Fact]
    public void Manifest_Hash_IsThatOfTheFileInTheRepository()
    {
        string path = Path.Combine(Repository.Root, "data", "landsat", "landsat.npz");

        _data.Manifest.Sites.Should().OnlyContain(site => site.Sha256 == DataFiles.Hash(path));
        File.ReadAllText(Path.Combine(Repository.Root, "data", "landsat", "SOURCE.txt")).Should().Contain(_data.Manifest.Sites[0].Sha256);
    }
}
