using System.IO.Compression;
using System.Text;
using FedActors.FL.Data;

namespace FedActors.Tests.FL.Data;

/// <summary>Builds npy and npz bytes by hand, sound and unsound.</summary>
internal static class NpzFiles
{
    public static byte[] Npy(string header, byte[] data, int version = 1)
    {
        byte[] text = version == 3 ? Encoding.UTF8.GetBytes(header) : Encoding.Latin1.GetBytes(header);
        byte[] length = version == 1 ? BitConverter.GetBytes((ushort)text.Length) : BitConverter.GetBytes(text.Length);
        return [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', (byte)version, 0, .. length, .. text, .. data];
    }

    public static byte[] Npy(NpyArray array)
    {
        using MemoryStream stream = new();
        NpyWriter.Write(stream, array);
        return stream.ToArray();
    }

    public static byte[] Npz(bool compress, params (string Name, NpyArray Array)[] arrays)
    {
        using MemoryStream stream = new();
        NpzWriter.Write(stream, [.. arrays.Select(pair => KeyValuePair.Create(pair.Name, pair.Array))], compress);
        return stream.ToArray();
    }

    public static byte[] Zip(CompressionLevel level, params (string Name, byte[] Bytes)[] entries)
    {
        using MemoryStream stream = new();
        using (ZipArchive archive = new(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach ((string name, byte[] bytes) in entries)
            {
                using Stream target = archive.CreateEntry(name, level).Open();
                target.Write(bytes);
            }
        }

        return stream.ToArray();
    }

    public static NpyArray ReadNpy(byte[] bytes, DataLimits? limits = null) =>
        NpyReader.Read(new NpySource(new MemoryStream(bytes), bytes.Length, new DataPlace("a.npy")), limits ?? new DataLimits());

    public static NpzReader OpenNpz(byte[] bytes, DataLimits? limits = null) => NpzReader.Open(new MemoryStream(bytes), "a.npz", limits);
}
