using System.Text.Json.Nodes;
using FedActors.Actors.Transport;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Configuration;
using Microsoft.AspNetCore.Http;

namespace FedActors.Scripts.Monitoring;

/// <summary>This process's instruments over HTTP, in Prometheus's text format, while <c>Metrics:Port</c> says so.</summary>
internal sealed class MetricsEndpoint : IAsyncDisposable
{
    public const string Path = "/metrics";

    /// <summary>Prefix of the product's own meters.</summary>
    private const string OwnMeters = "FedActors.";

    /// <summary>.NET's own instruments: processor time, memory, garbage collections, threads.</summary>
    private const string RuntimeMeter = "System.Runtime";

    private readonly LoopbackPage _page;
    private readonly MetricsRegistry _registry;

    private MetricsEndpoint(LoopbackPage page, MetricsRegistry registry)
    {
        _page = page;
        _registry = registry;
    }

    /// <summary>Begins to measure and to serve, if the configuration asks for it, and says where.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="process">What the process is called.</param>
    /// <param name="context">The command.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What to dispose of at the end, or null. Where the port is in use it is null, too, and a warning says so: what is measured must not stop what is done.</returns>
    public static async Task<MetricsEndpoint?> StartAsync(FedConfig config, string process, CommandContext context, CancellationToken cancellationToken)
    {
        if (config.MetricsPort is not { } port)
        {
            return null;
        }

        var registry = new MetricsRegistry(static meter => meter.StartsWith(OwnMeters, StringComparison.Ordinal) || meter == RuntimeMeter);
        try
        {
            LoopbackPage page = await LoopbackPage.StartAsync(
                port, Path, answer => AnswerAsync(answer, registry), ("The metrics", "Choose another Metrics:Port, or 0 for a free one."), cancellationToken).ConfigureAwait(false);
            context.Output.Event("metrics", () => new JsonObject { ["node"] = process, ["url"] = page.Url });
            context.Output.Progress?.WriteLine($"{process} serves its metrics at {page.Url}");
            return new MetricsEndpoint(page, registry);
        }
        catch (TransportException exception) when (exception.Fault == TransportFault.AddressInUse)
        {
            registry.Dispose();
            context.Output.Notice($"warning: {exception.Message} {process} goes on without.");
            return null;
        }
        catch
        {
            registry.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _page.DisposeAsync().ConfigureAwait(false);
        _registry.Dispose();
    }

    /// <summary>Answers with all that is measured.</summary>
    private static Task AnswerAsync(HttpContext context, MetricsRegistry registry)
    {
        context.Response.ContentType = PrometheusText.ContentType;
        return context.Response.WriteAsync(PrometheusText.Of(registry.Collect()), context.RequestAborted);
    }
}
