using System.Xml.Linq;

namespace FedActors.Tests.Architecture;

/// <summary>Which project may know which project and which package.</summary>
internal static class ProjectRules
{
    /// <summary>What a library may refer to, and an example for those who use one library alone. Programs, tests and benchmarks may refer to everything.</summary>
    private static readonly IReadOnlyList<Allowed> Libraries =
    [
        new("Actors/FedActors.Actors.csproj", Projects: [], Packages: ["Microsoft.Extensions.Logging.Abstractions"]),
        new("Actors.Testing/FedActors.Actors.Testing.csproj", Projects: ["Actors/FedActors.Actors.csproj"], Packages: []),
        new("examples/Guide/FedActors.Examples.Guide.csproj", Projects: ["Actors/FedActors.Actors.csproj"], Packages: []),
        new("examples/TwoNodes/FedActors.Examples.TwoNodes.csproj", Projects: ["Actors/FedActors.Actors.csproj"], Packages: []),
        new("Crdt/FedActors.Crdt.csproj", Projects: [], Packages: []),
        new("Storage/FedActors.Storage.csproj", Projects: [], Packages: ["Microsoft.Data.Sqlite"]),
        new(
            "FL/FedActors.FL.csproj",
            Projects: ["Actors/FedActors.Actors.csproj", "Crdt/FedActors.Crdt.csproj", "Storage/FedActors.Storage.csproj"],
            Packages: ["Microsoft.Extensions.Logging.Abstractions", "Sep", "System.Numerics.Tensors"]),
        new(
            "Simulation/FedActors.Simulation.csproj",
            Projects: ["Actors/FedActors.Actors.csproj", "Crdt/FedActors.Crdt.csproj", "FL/FedActors.FL.csproj", "Storage/FedActors.Storage.csproj"],
            Packages: []),
    ];

    /// <summary>Where projects may be; each of these may refer to everything.</summary>
    private static readonly string[] ProgramFolders = ["Scripts/", "Tests/", "Benchmarks/"];

    public static IEnumerable<Violation> Check(string path, string text)
    {
        XDocument project = XDocument.Parse(text, LoadOptions.SetLineInfo);
        IEnumerable<Violation> versions = Items(project, "PackageReference")
            .Where(item => item.Attribute("Version") is not null || item.Attribute("VersionOverride") is not null)
            .Select(item => At(path, item, "a package's version belongs in Directory.Packages.props"));
        if (ProgramFolders.Any(folder => path.StartsWith(folder, StringComparison.Ordinal)))
        {
            return versions;
        }

        Allowed? allowed = Libraries.SingleOrDefault(library => library.Path == path);
        return allowed is null
            ? [new Violation(path, 1, "a project that the rules do not know: give it a place in ProjectRules")]
            : versions.Concat(References(path, project, allowed));
    }

    /// <summary>Whether the solution builds the project; one that it does not, nobody builds or tests.</summary>
    public static IEnumerable<Violation> CheckSolution(string solution, IEnumerable<string> projects) =>
        projects.Where(path => !solution.Contains($"\"{path.Replace('/', '\\')}\"", StringComparison.Ordinal))
            .Select(path => new Violation(path, 1, "not in FedActors.sln: dotnet sln add it"));

    private static IEnumerable<Violation> References(string path, XDocument project, Allowed allowed)
    {
        foreach (XElement item in Items(project, "ProjectReference"))
        {
            string target = Resolve(path, (string?)item.Attribute("Include") ?? "");
            if (!allowed.Projects.Contains(target))
            {
                yield return At(path, item, $"may not know {target}");
            }
        }

        foreach (XElement item in Items(project, "PackageReference"))
        {
            string package = (string?)item.Attribute("Include") ?? "";
            if (!allowed.Packages.Contains(package))
            {
                yield return At(path, item, $"may not use the package {package}");
            }
        }

        foreach (XElement item in Items(project, "FrameworkReference"))
        {
            yield return At(path, item, "a library uses no shared framework beyond the base one");
        }
    }

    private static IEnumerable<XElement> Items(XDocument project, string kind) => project.Descendants().Where(element => element.Name.LocalName == kind);

    private static string Resolve(string project, string include)
    {
        string folder = System.IO.Path.GetDirectoryName(project)!;
        string full = System.IO.Path.GetFullPath(System.IO.Path.Combine("/", folder, include.Replace('\\', '/')));
        return System.IO.Path.GetRelativePath("/", full).Replace('\\', '/');
    }

    private static Violation At(string path, XElement item, string why) => new(path, ((System.Xml.IXmlLineInfo)item).LineNumber, why);

    private sealed record Allowed(string Path, string[] Projects, string[] Packages);
}
