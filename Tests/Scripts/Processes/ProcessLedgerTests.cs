using FedActors.Scripts.Cli;
using FedActors.Scripts.Processes;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Scripts.Processes;

public sealed class ProcessLedgerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_NothingWritten_IsNothing() => new ProcessLedger(_folder["storage"]).Read().Should().BeNull();

    [Fact]
    public void Write_ReadBack_IsTheSame()
    {
        var ledger = new ProcessLedger(_folder.Path);
        var page = new LedgerPage(
            new LedgerEntry("up", "launcher", new ProcessIdentity(1, "boot/2"), null, 0, StoredRuns.Start),
            [new LedgerEntry("worker-a", "worker", new ProcessIdentity(3, "boot/4"), "127.0.0.1:5001", 2, StoredRuns.Start)]);

        ledger.Write(page);

        ledger.Read().Should().BeEquivalentTo(page);
        ledger.Clear();
        ledger.Read().Should().BeNull();
    }

    [Fact]
    public void Read_DamagedFile_SaysSo()
    {
        File.WriteAllText(_folder["processes.json"], "{");

        new ProcessLedger(_folder.Path).Invoking(l => l.Read()).Should().Throw<CommandFailure>().Which.ExitCode.Should().Be(ExitCode.InvalidState);
    }

    [Fact]
    public void TryClaim_FolderCannotBeWritten_SaysSoAndNotThatAFederationIsUp()
    {
        File.WriteAllText(_folder["storage"], "a file where the folder should be");

        CommandFailure failure = new ProcessLedger(_folder["storage"]).Invoking(l => l.TryClaim()).Should().Throw<CommandFailure>().Which;

        failure.ErrorCode.Should().Be("store_disk");
        failure.Message.Should().Contain("cannot be written to");
    }

    [Fact]
    public void TryClaim_WhileClaimed_IsRefusedUntilReleased()
    {
        var ledger = new ProcessLedger(_folder["storage"]);
        using (ledger.TryClaim())
        {
            ledger.TryClaim().Should().BeNull();
        }

        using FedActors.Storage.FileClaim? again = ledger.TryClaim();
        again.Should().NotBeNull();
    }
}
