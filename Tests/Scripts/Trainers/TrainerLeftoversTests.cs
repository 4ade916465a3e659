using FedActors.Scripts.Trainers;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Scripts.Trainers;

/// <summary>What proc(5) says of a process for a moment that no test can hold.</summary>
public sealed class TrainerLeftoversTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("0", true, true)]
    [InlineData("140725", true, false)]
    [InlineData("0", false, false)]
    public void IsBetweenPrograms_ProcessWithoutVariables_IsIfItIsAProgramAndHasHadNone(string environmentEnd, bool isProgram, bool expected)
    {
        // The name may hold anything; 47 fields are between it and the one that counts.
        File.WriteAllText(_folder["stat"], $"7 (a) b) R {string.Join(' ', Enumerable.Repeat('1', 47))} {environmentEnd} 0\n");
        if (isProgram)
        {
            File.CreateSymbolicLink(_folder["exe"], "/bin/sh");
        }

        TrainerLeftovers.IsBetweenPrograms(_folder.Path).Should().Be(expected);
    }
}
