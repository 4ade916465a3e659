using FedActors.Simulation.Schedules;
using Microsoft.Extensions.Logging;

namespace FedActors.Simulation.Gossip;

/// <summary>Counts what peers log as something that was reached, and passes it on.</summary>
internal sealed class ReachedLoggerFactory(Coverage coverage, ILoggerFactory inner) : ILoggerFactory
{
    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("What is logged is counted.");

    public ILogger CreateLogger(string categoryName) => new ReachedLogger(coverage, inner.CreateLogger(categoryName));

    public void Dispose() => inner.Dispose();

    private sealed class ReachedLogger(Coverage coverage, ILogger inner) : ILogger
    {
        // Gossip mode's roles; see GossipLog.
        private const int FirstEvent = 2100;
        private const int LastEvent = 2199;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Debug;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (eventId.Id is >= FirstEvent and <= LastEvent)
            {
                coverage.Hit($"log {eventId.Name}{DetailOf(state)}");
            }

            inner.Log(logLevel, eventId, state, exception, formatter);
        }

        private static string DetailOf<TState>(TState state)
        {
            if (state is IReadOnlyList<KeyValuePair<string, object?>> values)
            {
                foreach ((string name, object? value) in values)
                {
                    if (name is "Refusal" or "State")
                    {
                        return $" {value}";
                    }
                }
            }

            return "";
        }
    }
}
