using FedActors.Scripts.Cli;
using FedActors.Tests.TestKit;
using Microsoft.Extensions.Logging;

namespace FedActors.Tests.Scripts.Cli;

public sealed class LineLoggerFactoryTests
{
    [Fact]
    public void Log_SeveralLinesAndAnException_IsOneLine()
    {
        var output = new StringWriter { NewLine = "\n" };
        ILogger log = new LineLoggerFactory(output, new ManualTimeProvider(), LogLevel.Information).CreateLogger("FedActors.FL.Roles.Provider");

        log.LogWarning(new IOException("no\nroute"), "Worker {Worker}\nwas lost.", "a");
        log.LogDebug("unseen");

        output.ToString().Should().Be("2026-01-01T00:00:00.000Z warn  Provider: Worker a | was lost. (IOException: no | route)\n");
    }
}
