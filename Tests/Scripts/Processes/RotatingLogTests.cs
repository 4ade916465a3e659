using FedActors.Scripts.Processes;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Scripts.Processes;

public sealed class RotatingLogTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void WriteLine_PastTheLimit_KeepsTwoFilesAtMost()
    {
        using var log = new RotatingLog(_folder["logs/a.log"], maxBytes: 10);

        for (int i = 0; i < 10; i++)
        {
            log.WriteLine($"line {i}");
        }

        Directory.GetFiles(_folder["logs"]).Should().HaveCount(2);
        Read("logs/a.log.1").Should().Be("line 6\nline 7\n");
        Read("logs/a.log").Should().Be("line 8\nline 9\n");
    }

    [Fact]
    public void WriteLine_DiskRefusesForAWhile_GoesOnAndCountsWhatWasLost()
    {
        bool full = false;
        using var log = new RotatingLog(_folder["logs/a.log"], RotatingLog.MaxBytes, path => new FillingStream(path, () => full));
        log.WriteLine("before");

        full = true;
        log.WriteLine("lost");
        log.WriteLine("lost too");
        full = false;
        log.WriteLine("after");

        Read("logs/a.log").Should().Be("before\n2 lines were lost: the disk refused them.\nafter\n");
    }

    [Fact]
    public void WriteLine_FolderCannotBeMade_GoesOn()
    {
        File.WriteAllText(_folder["logs"], "a file where the folder should be");
        using var log = new RotatingLog(_folder["logs/a.log"]);

        log.Invoking(l => l.WriteLine("lost")).Should().NotThrow();
    }

    private sealed class FillingStream(string path, Func<bool> isFull) : FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0)
    {
        public override void Write(ReadOnlySpan<byte> buffer)
        {
            if (isFull())
            {
                throw new IOException("No space left on device");
            }

            base.Write(buffer);
        }
    }

    private string Read(string name)
    {
        using var file = new FileStream(_folder[name], FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        return new StreamReader(file).ReadToEnd();
    }
}
