using System.Net;
using System.Net.Sockets;
using FedActors.Actors;
using FedActors.Actors.Transport;
using FedActors.FL.Protocol;
using FedActors.Scripts.Runs;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace FedActors.Scripts.Roles;

/// <summary>A reporter's report over HTTP, as JSON: on loopback only, for a program or a browser of the same machine. Reading is all that it allows.</summary>
internal sealed class ReportEndpoint : IAsyncDisposable
{
    /// <summary>A report is made in a moment; a reporter that needs longer is stuck.</summary>
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(5);

    private readonly WebApplication _application;

    private ReportEndpoint(WebApplication application) => _application = application;

    /// <summary>Where it answers.</summary>
    public string Url => _application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First() + "/";

    /// <summary>Begins to serve.</summary>
    /// <param name="port">The port; 0 lets the system pick a free one.</param>
    /// <param name="reporter">Whom to ask.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="TransportException">The port is in use.</exception>
    public static async Task<ReportEndpoint> StartAsync(int port, ActorRef reporter, CancellationToken cancellationToken)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options =>
        {
            options.AddServerHeader = false;
            options.Listen(IPAddress.Loopback, port);
        });
        WebApplication application = builder.Build();
        application.Run(context => AnswerAsync(context, reporter));
        try
        {
            await application.StartAsync(cancellationToken).ConfigureAwait(false);
            return new ReportEndpoint(application);
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            await application.DisposeAsync().ConfigureAwait(false);
            throw new TransportException(
                TransportFault.AddressInUse, $"The report cannot be served on 127.0.0.1:{port} ({exception.Message.TrimEnd('.')}). Choose another port with --http-port, or none with --no-http.", exception);
        }
        catch
        {
            await application.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async ValueTask DisposeAsync() => await _application.DisposeAsync().ConfigureAwait(false);

    private static async Task AnswerAsync(HttpContext context, ActorRef reporter)
    {
        HttpResponse response = context.Response;
        response.Headers.CacheControl = "no-store";
        response.Headers["X-Content-Type-Options"] = "nosniff";
        if (!IsLocal(context.Request.Host))
        {
            // A page of another site could otherwise lead a browser here under a name of its own.
            response.StatusCode = StatusCodes.Status421MisdirectedRequest;
        }
        else if (context.Request.Path != "/")
        {
            response.StatusCode = StatusCodes.Status404NotFound;
        }
        else if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            response.Headers.Allow = "GET, HEAD";
        }
        else
        {
            await ReportAsync(context, reporter).ConfigureAwait(false);
        }
    }

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

    private static bool IsLocal(HostString host) => host.Host is "127.0.0.1" or "localhost";
}
