using FedActors.Tests.TestKit;

namespace FedActors.Tests.Examples;

public sealed class TwoNodesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task TwoNodes_ListenAndCall_SayWhatTheGuideSays()
    {
        await using BuiltProgram station = BuiltProgram.StartExample("twonodes", _folder.Path, "listen", "127.0.0.1:0");
        string listening = await station.LineAsync("listening on ");
        string address = listening.Split(' ', ',')[2];

        await using BuiltProgram probe = BuiltProgram.StartExample("twonodes", _folder.Path, "call", address);
        (await probe.EndAsync()).Should().Be(0, probe.Error);
        await station.LineAsync("probe is disconnected");
        station.Signal("TERM");

        (await station.EndAsync()).Should().Be(0, station.Error);
        probe.Out.Should().MatchRegex(
            @"^station is connected\n3 readings, mean 20\.7\nstation/station/gauge#\d+ failed while handling Reading: The thermometer is broken\.\n0 readings, mean 0\.0\n");
        station.Out.Should().MatchRegex(
            @"^listening on 127\.0\.0\.1:\d+, until Ctrl\+C\nprobe is connected\nstation/station/gauge#\d+ failed: The thermometer is broken\. \(Restart\)\nprobe is disconnected: the other side said goodbye\n$");
    }

    [Theory]
    [InlineData(1, "'5001' is no address", "call", "5001")]
    [InlineData(64, "Say 'listen [host:port]'", "help")]
    public async Task TwoNodes_WrongArguments_SaysWhatIsRight(int code, string words, params string[] arguments)
    {
        await using BuiltProgram program = BuiltProgram.StartExample("twonodes", _folder.Path, arguments);

        (await program.EndAsync()).Should().Be(code);
        program.Error.Should().StartWith(words);
    }
}
