using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace FedActors.FL.Data;

/// <summary>Opens and writes data files; every failure names the file and what to do.</summary>
internal static class DataFiles
{
    /// <summary>Opens a file for reading.</summary>
    /// <exception cref="DataFileException">It is missing or cannot be read.</exception>
    public static FileStream OpenRead(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new DataFileException(path, null, "there is no such file", "Check the path, or create the data with 'fedactors data'.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataFileException(path, null, $"the file cannot be read ({e.Message})", "Check its permissions.", e);
        }
    }

    /// <summary>Opens a file for reading at any place.</summary>
    /// <exception cref="DataFileException">It is missing or cannot be read.</exception>
    public static SafeFileHandle OpenHandle(string path)
    {
        try
        {
            return File.OpenHandle(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataFileException(path, null, $"the file cannot be read ({e.Message})", "Check its permissions.", e);
        }
    }

    /// <summary>Writes a file whole or not at all: into a neighbour first, which then takes its place.</summary>
    /// <exception cref="DataFileException">It cannot be written.</exception>
    public static void WriteWhole(string path, Action<Stream> write)
    {
        string partial = path + ".partial";
        try
        {
            if (Path.GetDirectoryName(path) is { Length: > 0 } folder)
            {
                Directory.CreateDirectory(folder);
            }

            using (FileStream stream = new(partial, FileMode.Create, FileAccess.ReadWrite))
            {
                write(stream);
            }

            File.Move(partial, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataFileException(path, null, $"the file cannot be written ({e.Message})", "Check that the folder can be written and the disk has room.", e);
        }
    }

    /// <summary>SHA-256 of a file in lower-case hex.</summary>
    public static string Hash(string path)
    {
        using FileStream stream = OpenRead(path);
        try
        {
            return Convert.ToHexStringLower(SHA256.HashData(stream));
        }
        catch (IOException e)
        {
            throw new DataFileException(path, null, $"the file cannot be read ({e.Message})", DataPlace.Renew, e);
        }
    }
}
