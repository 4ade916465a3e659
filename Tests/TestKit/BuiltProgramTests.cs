namespace FedActors.Tests.TestKit;

public sealed class BuiltProgramTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>A test that reads what a killed program tells took half of an object for one, now and then.</summary>
    [Fact]
    public async Task Line_CutShortByAKill_IsNone()
    {
        await using BuiltProgram program = BuiltProgram.StartWithin(["/bin/sh", "-c", "echo whole; printf cut; kill -KILL $$"], _folder.Path);

        (await program.EndAsync()).Should().Be(128 + 9);
        (await program.LineAsync("whole")).Should().Be("whole");
        await FluentActions.Awaiting(() => program.LineAsync("cut")).Should().ThrowAsync<EndOfStreamException>();
        program.Out.Should().Be("whole\ncut", "a person sees all of it");
    }
}
