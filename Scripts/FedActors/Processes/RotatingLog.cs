namespace FedActors.Scripts.Processes;

/// <summary>A log file that does not fill the disk: when it is full it becomes <c>.1</c>, in the place of the one before. For several threads.</summary>
internal sealed class RotatingLog : IDisposable
{
    /// <summary>Two such files of each process are some weeks of a busy federation, and fit any disk.</summary>
    public const long MaxBytes = 16L << 20;

    private readonly Lock _sync = new();
    private readonly string _path;
    private readonly long _maxBytes;
    private StreamWriter _file;

    public RotatingLog(string path, long maxBytes = MaxBytes)
    {
        _path = path;
        _maxBytes = maxBytes;
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        _file = Open();
    }

    public void WriteLine(string line)
    {
        lock (_sync)
        {
            if (_file.BaseStream.Length >= _maxBytes)
            {
                _file.Dispose();
                File.Move(_path, _path + ".1", overwrite: true);
                _file = Open();
            }

            _file.WriteLine(line);
        }
    }

    public void Dispose()
    {
        lock (_sync)
        {
            _file.Dispose();
        }
    }

    private StreamWriter Open() => new(new FileStream(_path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite)) { AutoFlush = true, NewLine = "\n" };
}
