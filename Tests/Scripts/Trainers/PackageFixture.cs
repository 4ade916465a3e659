using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Scripts.Trainers;

/// <summary>Packages as tests make them.</summary>
internal static class PackageFixture
{
    /// <summary>A file of a package.</summary>
    public static TarEntry File(string name, string text) => new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)) };

    /// <summary>Writes a package and gives its checksum.</summary>
    public static string Pack(string path, params TarEntry[] entries)
    {
        using (FileStream stream = System.IO.File.Create(path))
        using (GZipStream zipped = new(stream, CompressionLevel.Fastest))
        using (TarWriter writer = new(zipped))
        {
            foreach (TarEntry entry in entries)
            {
                writer.WriteEntry(entry);
            }
        }

        return Convert.ToHexStringLower(SHA256.HashData(System.IO.File.ReadAllBytes(path)));
    }

    /// <summary>Packs one of the examples, to be run by the Python of this machine's tests.</summary>
    public static string PackExample(string path, string python, string example)
    {
        string command = $"[\"{python}\", \"{example}\"]";
        return Pack(
            path,
            File("trainer.json", $$$"""{"entry_points":{"train":{{{command}}},"validate":{{{command}}},"predict":{{{command}}}}}"""),
            File(example, RepositoryFiles.Read($"examples/trainers/{example}")));
    }
}
