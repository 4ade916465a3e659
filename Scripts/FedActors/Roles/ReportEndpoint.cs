using FedActors.Actors;
using FedActors.Actors.Transport;
using FedActors.FL.Protocol;
using FedActors.Scripts.Monitoring;
using FedActors.Scripts.Runs;
using Microsoft.AspNetCore.Http;

namespace FedActors.Scripts.Roles;

/// <summary>A reporter's report over HTTP, as JSON.</summary>
internal static class ReportEndpoint
{
    /// <summary>A report is made in a moment; a reporter that needs longer is stuck.</summary>
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(5);

    /// <summary>Begins to serve.</summary>
    /// <param name="port">The port; 0 lets the system pick a free one.</param>
    /// <param name="reporter">Whom to ask.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TransportException">The port is in use.</exception>
    public static Task<LoopbackPage> StartAsync(int port, ActorRef reporter, CancellationToken cancellationToken) => LoopbackPage.StartAsync(
        port, "/", context => ReportAsync(context, reporter), ("The report", "Choose another port with --http-port, or none with --no-http."), cancellationToken);

    private static async Task ReportAsync(HttpContext context, ActorRef reporter)
    {
        try
        {
            NetworkReportReply reply = await reporter.AskAsync<NetworkReportReply>(new NetworkReportRequest(), AnswerLimit, context.RequestAborted).ConfigureAwait(false);
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(GossipJson.Report(reply.Report).ToJsonString(), context.RequestAborted).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is AskFailedException or TimeoutException)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        }
    }
}
