namespace FedActors.Scripts.Processes;

/// <summary>A log file that does not fill the disk: when it is full it becomes <c>.1</c>, in the place of the one before. For several threads.</summary>
/// <remarks>
/// A disk that refuses a line costs that line, and nothing else: whoever writes reads a child's output, and a child whose output is not
/// read stops at a full pipe. The lines that were lost are counted in the log as soon as the disk takes one again.
/// </remarks>
internal sealed class RotatingLog : IDisposable
{
    /// <summary>Two such files of each process are some weeks of a busy federation, and fit any disk.</summary>
    public const long MaxBytes = 16L << 20;

    private readonly Lock _sync = new();
    private readonly string _path;
    private readonly long _maxBytes;
    private readonly Func<string, Stream> _open;
    private StreamWriter? _file;
    private long _lost;

    public RotatingLog(string path, long maxBytes = MaxBytes)
        : this(path, maxBytes, static path => new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite))
    {
    }

    /// <summary>With another way to open the file: for tests of disks that refuse.</summary>
    internal RotatingLog(string path, long maxBytes, Func<string, Stream> open)
    {
        _path = path;
        _maxBytes = maxBytes;
        _open = open;
    }

    public void WriteLine(string line)
    {
        lock (_sync)
        {
            try
            {
                StreamWriter file = Ready();
                if (_lost > 0)
                {
                    file.WriteLine($"{_lost} lines were lost: the disk refused them.");
                    _lost = 0;
                }

                file.WriteLine(line);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                _lost++;
                Close();
            }
        }
    }

    public void Dispose()
    {
        lock (_sync)
        {
            Close();
        }
    }

    /// <summary>The file, with room for a line.</summary>
    private StreamWriter Ready()
    {
        if (_file is not null && _file.BaseStream.Length >= _maxBytes)
        {
            Close();
            File.Move(_path, _path + ".1", overwrite: true);
        }

        if (_file is null)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(_path))!);
            _file = new StreamWriter(_open(_path)) { AutoFlush = true, NewLine = "\n" };
        }

        return _file;
    }

    private void Close()
    {
        try
        {
            _file?.Dispose();
        }
        catch (IOException)
        {
            // What is left in its buffer was refused before, and is counted already.
        }

        _file = null;
    }
}
