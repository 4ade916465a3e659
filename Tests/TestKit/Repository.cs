namespace FedActors.Tests.TestKit;

/// <summary>The source tree that the tests were built from.</summary>
public static class Repository
{
    /// <summary>The folder of the solution, found upwards from the test assembly.</summary>
    public static string Root { get; } = FindRoot(AppContext.BaseDirectory);

    /// <summary>The full path of something in the tree, named from its root with forward slashes.</summary>
    public static string PathOf(string relative) => Path.Combine(Root, relative.Replace('/', Path.DirectorySeparatorChar));

    /// <summary>Files with an extension (<c>.cs</c>), as paths from the root with forward slashes, in order. Build output is left out.</summary>
    public static IReadOnlyList<string> Files(string extension) =>
        [.. Walk(new DirectoryInfo(Root), extension).Select(file => Path.GetRelativePath(Root, file).Replace('\\', '/')).Order(StringComparer.Ordinal)];

    private static IEnumerable<string> Walk(DirectoryInfo folder, string extension)
    {
        IEnumerable<string> here = folder.EnumerateFiles().Where(file => file.Extension == extension).Select(file => file.FullName);
        IEnumerable<DirectoryInfo> below = folder.EnumerateDirectories()
            .Where(sub => sub.Name is not ("bin" or "obj" or "node_modules" or "TestResults") && (!sub.Name.StartsWith('.') || sub.Name == ".ci"));
        return here.Concat(below.SelectMany(sub => Walk(sub, extension)));
    }

    private static string FindRoot(string start)
    {
        for (DirectoryInfo? folder = new(start); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "FedActors.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"FedActors.sln is in no folder above {start}. Run the tests from a clone.");
    }
}
