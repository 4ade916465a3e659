using System.IO.Compression;

namespace FedActors.Tests.TestKit;

/// <summary>Gzipped bytes.</summary>
internal static class Gzip
{
    public static byte[] Of(ReadOnlySpan<byte> bytes)
    {
        using MemoryStream target = new();
        using (GZipStream stream = new(target, CompressionLevel.Optimal))
        {
            stream.Write(bytes);
        }

        return target.ToArray();
    }
}
