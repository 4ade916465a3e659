using System.Diagnostics;
using FedActors.Actors.Middleware;

namespace FedActors.Actors.Diagnostics;

/// <summary>Makes a node show each message to whoever listens to its meter and its activity source.</summary>
public static class NodeObservation
{
    /// <summary>Where all observed nodes of a process write their spans; .NET's own listeners find it by its name.</summary>
    private static readonly ActivitySource Spans = new(MessageMiddleware.ActivitySourceName);

    /// <summary>The node with all that measures and traces messages, around whatever middleware it has.</summary>
    /// <remarks>Listeners may come and go at any time: each message looks for them, which is all that it costs while there are none.</remarks>
    /// <param name="options">The node.</param>
    public static ActorSystemOptions Observed(this ActorSystemOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options with
        {
            ReceiveMiddleware = [MessageMiddleware.TraceReceived(Spans), MessageMiddleware.MeterReceived(), .. options.ReceiveMiddleware],
            SendMiddleware = [.. options.SendMiddleware, MessageMiddleware.TraceSent(), MessageMiddleware.StampSent()],
            Remoting = options.Remoting is { } remoting ? remoting with { StampArrived = true } : null,
        };
    }
}
