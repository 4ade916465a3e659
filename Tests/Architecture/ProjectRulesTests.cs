using FedActors.Tests.TestKit;

namespace FedActors.Tests.Architecture;

public sealed class ProjectRulesTests
{
    private const string Storage = "Storage/FedActors.Storage.csproj";

    [Fact]
    public void Projects_Every_KnowsOnlyWhatItMay() =>
        Repository.Files(".csproj").SelectMany(path => ProjectRules.Check(path, File.ReadAllText(Repository.PathOf(path))))
            .Select(violation => violation.ToString()).Should().BeEmpty();

    [Fact]
    public void Projects_Every_IsInTheSolution() =>
        ProjectRules.CheckSolution(File.ReadAllText(Repository.PathOf("FedActors.sln")), Repository.Files(".csproj"))
            .Select(violation => violation.ToString()).Should().BeEmpty();

    [Fact]
    public void CheckSolution_ProjectLeftOut_IsNamed() =>
        ProjectRules.CheckSolution("\"Actors\\FedActors.Actors.csproj\"", ["Actors/FedActors.Actors.csproj", Storage])
            .Should().ContainSingle().Which.Path.Should().Be(Storage);

    [Theory]
    [InlineData("<ProjectReference Include=\"../Actors/FedActors.Actors.csproj\" />", "may not know Actors/FedActors.Actors.csproj")]
    [InlineData("<PackageReference Include=\"Spectre.Console\" />", "may not use the package Spectre.Console")]
    [InlineData("<FrameworkReference Include=\"Microsoft.AspNetCore.App\" />", "a library uses no shared framework beyond the base one")]
    [InlineData("<PackageReference Include=\"Microsoft.Data.Sqlite\" Version=\"9.0.0\" />", "a package's version belongs in Directory.Packages.props")]
    public void Check_ForbiddenReference_IsNamedWithItsLine(string item, string why) =>
        ProjectRules.Check(Storage, Project(item)).Select(violation => violation.ToString()).Should().Equal($"{Storage}:3: {why}");

    [Fact]
    public void Check_AllowedReference_HasNoViolation() =>
        ProjectRules.Check(Storage, Project("<PackageReference Include=\"Microsoft.Data.Sqlite\" />")).Should().BeEmpty();

    [Fact]
    public void Check_UnknownProject_IsNamed() =>
        ProjectRules.Check("More/FedActors.More.csproj", Project("")).Should().ContainSingle().Which.Line.Should().Be(1);

    private static string Project(string item) => $"<Project Sdk=\"Microsoft.NET.Sdk\">\n  <ItemGroup>\n    {item}\n  </ItemGroup>\n</Project>";
}
