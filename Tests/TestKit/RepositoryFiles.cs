namespace FedActors.Tests.TestKit;

/// <summary>Files of the working tree that the tests were built from.</summary>
public static class RepositoryFiles
{
    /// <summary>The folder that holds the solution.</summary>
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path)).ReplaceLineEndings("\n");

    private static string Find(string folder) =>
        File.Exists(Path.Combine(folder, "FedActors.sln")) ? folder : Find(Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("The tests do not lie within the working tree."));
}
