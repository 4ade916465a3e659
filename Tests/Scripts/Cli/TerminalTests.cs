using FedActors.Scripts.Cli;

namespace FedActors.Tests.Scripts.Cli;

public sealed class TerminalTests
{
    [Theory]
    [InlineData(true, "text", false, null, "xterm", true)]
    [InlineData(true, "text", false, "", "xterm", true)]
    [InlineData(false, "text", false, null, "xterm", false)]
    [InlineData(true, "json", false, null, "xterm", false)]
    [InlineData(true, "text", true, null, "xterm", false)]
    [InlineData(true, "text", false, "1", "xterm", false)]
    [InlineData(true, "text", false, null, "dumb", false)]
    public void AllowsAnsi_GivenSurroundings_OnlyWhereAPersonWantsIt(bool interactive, string format, bool noColor, string? noColorVariable, string term, bool allowed)
    {
        var environment = new Dictionary<string, string> { ["TERM"] = term };
        if (noColorVariable is not null)
        {
            environment["NO_COLOR"] = noColorVariable;
        }

        var terminal = new Terminal { Out = TextWriter.Null, Error = TextWriter.Null, IsInteractive = interactive, Environment = environment };

        terminal.AllowsAnsi(Enum.Parse<OutputFormat>(format, ignoreCase: true), noColor).Should().Be(allowed);
    }
}
