using FedActors.Scripts.Processes;

namespace FedActors.Tests.Scripts.Processes;

public sealed class ProcessIdentityTests
{
    [Fact]
    public void Find_ThisProcess_IsAliveAndTheSameWheneverAsked()
    {
        ProcessIdentity identity = ProcessIdentity.Find(Environment.ProcessId)!;

        identity.IsAlive().Should().BeTrue();
        ProcessIdentity.Find(Environment.ProcessId).Should().Be(identity);
        using System.Diagnostics.Process? process = identity.Open();
        process!.Id.Should().Be(Environment.ProcessId);
    }

    [Fact]
    public void IsAlive_SameNumberOtherStart_IsAnotherProcess()
    {
        ProcessIdentity other = ProcessIdentity.Find(Environment.ProcessId)! with { Started = "earlier" };

        other.IsAlive().Should().BeFalse();
        other.Open().Should().BeNull();
    }

    [Fact]
    public void Find_NoSuchProcess_IsNothing()
    {
        ProcessIdentity.Find(int.MaxValue).Should().BeNull();
        new ProcessIdentity(int.MaxValue, "x").Open().Should().BeNull();
    }
}
