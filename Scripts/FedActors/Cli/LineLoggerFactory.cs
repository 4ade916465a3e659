using Microsoft.Extensions.Logging;

namespace FedActors.Scripts.Cli;

/// <summary>A log of one plain line an entry, whatever the entry holds: it is read by people, grep and log shippers alike.</summary>
internal sealed class LineLoggerFactory(TextWriter output, TimeProvider time, LogLevel least) : ILoggerFactory
{
    private readonly Lock _sync = new();

    public ILogger CreateLogger(string categoryName) => new LineLogger(this, categoryName.Split('.')[^1]);

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("This log has one output.");

    public void Dispose()
    {
        // Standard error is the process's own and stays open.
    }

    private void Write(LogLevel level, string category, string message, Exception? exception)
    {
        string cause = exception is null ? string.Empty : $" ({exception.GetType().Name}: {(least <= LogLevel.Debug ? exception : exception.Message)})";
        string line = $"{time.GetUtcNow():yyyy-MM-ddTHH:mm:ss.fff}Z {Name(level)} {category}: {message}{cause}";
        lock (_sync)
        {
            output.WriteLine(line.ReplaceLineEndings(" | "));
        }
    }

    private static string Name(LogLevel level) => level switch
    {
        LogLevel.Trace or LogLevel.Debug => "debug",
        LogLevel.Information => "info ",
        LogLevel.Warning => "warn ",
        _ => "error",
    };

    private sealed class LineLogger(LineLoggerFactory log, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= log.Least && logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                log.Write(logLevel, category, formatter(state, exception), exception);
            }
        }
    }

    private LogLevel Least => least;
}
