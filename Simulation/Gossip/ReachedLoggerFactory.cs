using System.Runtime.InteropServices;
using FedActors.Simulation.Schedules;
using Microsoft.Extensions.Logging;

namespace FedActors.Simulation.Gossip;

/// <summary>Counts what peers log as something that was reached, and passes it on.</summary>
/// <param name="coverage">What was reached.</param>
/// <param name="refused">Told from whom something was refused, and as what.</param>
/// <param name="inner">Where it goes on.</param>
internal sealed class ReachedLoggerFactory(Coverage coverage, Action<string, string> refused, ILoggerFactory inner) : ILoggerFactory
{
    private readonly Dictionary<(int Event, string? Detail), string> _names = [];

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("What is logged is counted.");

    public ILogger CreateLogger(string categoryName) => new ReachedLogger(this, coverage, refused, inner.CreateLogger(categoryName));

    public void Dispose() => inner.Dispose();

    private string NameOf(EventId id, string? detail)
    {
        ref string? name = ref CollectionsMarshal.GetValueRefOrAddDefault(_names, (id.Id, detail), out _);
        return name ??= detail is null ? $"log {id.Name}" : $"log {id.Name} {detail}";
    }

    private sealed class ReachedLogger(ReachedLoggerFactory factory, Coverage coverage, Action<string, string> refused, ILogger inner) : ILogger
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
                string? refusal = Find(state, "Refusal");
                coverage.Hit(factory.NameOf(eventId, refusal ?? Find(state, "State")));
                if (refusal is not null && Find(state, "Peer") is { } from)
                {
                    refused(from, refusal);
                }
            }

            inner.Log(logLevel, eventId, state, exception, formatter);
        }

        private static string? Find<TState>(TState state, string name)
        {
            if (state is IReadOnlyList<KeyValuePair<string, object?>> values)
            {
                for (int i = 0; i < values.Count; i++)
                {
                    if (values[i].Key == name)
                    {
                        return values[i].Value?.ToString();
                    }
                }
            }

            return null;
        }
    }
}
