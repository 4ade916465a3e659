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

    private string Read(string name)
    {
        using var file = new FileStream(_folder[name], FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        return new StreamReader(file).ReadToEnd();
    }
}
