using FedActors.Simulation.Kernel;
using Microsoft.Extensions.Logging;

namespace FedActors.Simulation.Worlds;

/// <summary>Puts what a node logs into the trace's lines.</summary>
internal sealed class TraceLoggerFactory(Trace trace, string node) : ILoggerFactory
{
    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("What is logged goes into the trace.");

    public ILogger CreateLogger(string categoryName) => new TraceLogger(trace, node);

    public void Dispose()
    {
        // The trace stays.
    }

    private sealed class TraceLogger(Trace trace, string node) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            trace.Note(node, $"{formatter(state, exception)}{(exception is null ? "" : $" ({exception.GetType().Name}: {exception.Message})")}");
    }
}
