using System.Net;
using System.Net.Sockets;
using FedActors.Actors.Transport;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace FedActors.Scripts.Monitoring;

/// <summary>One page over HTTP on loopback only, for a program or a browser of the same machine. Reading is all that it allows.</summary>
internal sealed class LoopbackPage : IAsyncDisposable
{
    /// <summary>A monitoring tool keeps one connection, a browser a few. Further ones are closed at once.</summary>
    public const int MaxConnections = 32;

    /// <summary>No reader needs to say more than this.</summary>
    private const int MaxHeaderBytes = 8 * 1024;

    /// <summary>So much that what was written before gives a reader no time for what comes then: it has its patience for all.</summary>
    private const int LeastBytesPerSecond = 16 * 1024 * 1024;

    /// <summary>How long a reader may take for its question, and to take its answer.</summary>
    private static readonly TimeSpan UsualPatience = TimeSpan.FromSeconds(5);

    private readonly WebApplication _application;
    private readonly string _path;

    private LoopbackPage(WebApplication application, string path)
    {
        _application = application;
        _path = path;
    }

    /// <summary>Where it is.</summary>
    public string Url => _application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First() + _path;

    /// <summary>Begins to serve.</summary>
    /// <param name="port">The port; 0 lets the system pick a free one.</param>
    /// <param name="path">The page's path.</param>
    /// <param name="answer">Writes the page.</param>
    /// <param name="inUse">Of the fault if the port is in use, what is not served, and what to do.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="patience">How slow a reader may be, if not as usual.</param>
    /// <exception cref="TransportException">The port is in use.</exception>
    public static async Task<LoopbackPage> StartAsync(
        int port, string path, Func<HttpContext, Task> answer, (string What, string Advice) inUse, CancellationToken cancellationToken, TimeSpan? patience = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options =>
        {
            options.AddServerHeader = false;
            Bound(options.Limits, patience ?? UsualPatience);
            options.Listen(IPAddress.Loopback, port, static listen => listen.Protocols = HttpProtocols.Http1);
        });
        WebApplication application = builder.Build();
        application.Run(context => AnswerAsync(context, path, answer));
        try
        {
            await application.StartAsync(cancellationToken).ConfigureAwait(false);
            return new LoopbackPage(application, path);
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            await application.DisposeAsync().ConfigureAwait(false);
            throw new TransportException(
                TransportFault.AddressInUse, $"{inUse.What} cannot be served on 127.0.0.1:{port} ({exception.Message.TrimEnd('.')}). {inUse.Advice}", exception);
        }
        catch
        {
            await application.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Ends at once, whoever is connected.</summary>
    public async ValueTask DisposeAsync() => await _application.DisposeAsync().ConfigureAwait(false);

    private static void Bound(KestrelServerLimits limits, TimeSpan patience)
    {
        limits.MaxConcurrentConnections = MaxConnections;
        limits.MaxConcurrentUpgradedConnections = 0;
        limits.MaxRequestHeadersTotalSize = MaxHeaderBytes;
        limits.MaxRequestLineSize = MaxHeaderBytes;
        limits.MaxRequestBufferSize = 2 * MaxHeaderBytes;
        limits.MaxRequestBodySize = 0;
        limits.RequestHeadersTimeout = patience;
        limits.KeepAliveTimeout = 6 * patience;
        limits.MinResponseDataRate = new MinDataRate(LeastBytesPerSecond, patience);
    }

    private static async Task AnswerAsync(HttpContext context, string path, Func<HttpContext, Task> answer)
    {
        HttpResponse response = context.Response;
        response.Headers.CacheControl = "no-store";
        response.Headers.XContentTypeOptions = "nosniff";
        if (context.Request.Host.Host is not ("127.0.0.1" or "localhost"))
        {
            // A page of another site could otherwise lead a browser here under a name of its own.
            response.StatusCode = StatusCodes.Status421MisdirectedRequest;
        }
        else if (context.Request.Path != path)
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
            await answer(context).ConfigureAwait(false);
        }
    }
}
