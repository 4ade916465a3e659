using Microsoft.Extensions.Logging;

namespace FedActors.Actors.Transport.Sockets;

/// <summary>What the threads that wait for sockets log. Event ids 1120 to 1139.</summary>
/// <remarks>A log that fails must not end such a thread: unlike an actor it has nobody above it, and the process would go with it.</remarks>
internal sealed partial class SocketLog(ILogger log)
{
    public void OnReactorFailed(Exception failure) => Try(() => ReactorFailed(log, failure));

    public void OnTurnFailed(Exception failure) => Try(() => TurnFailed(log, failure));

    public void OnThreadFailed(Exception failure) => Try(() => ThreadFailed(log, failure));

    public void OnLeadTaken(int threads) => Try(() => LeadTaken(log, threads));

    private static void Try(Action write)
    {
        try
        {
            write();
        }
        catch (Exception)
        {
            // There is nowhere else to say it.
        }
    }

    [LoggerMessage(1120, LogLevel.Critical, "The sockets of the low-latency transport cannot be waited for any more; all its connections and listeners are closed")]
    private static partial void ReactorFailed(ILogger log, Exception failure);

    [LoggerMessage(1121, LogLevel.Critical, "A turn on the thread that waits for sockets failed outside any actor; the thread goes on")]
    private static partial void TurnFailed(ILogger log, Exception failure);

    [LoggerMessage(1122, LogLevel.Debug, "A turn holds the thread that waits for sockets; another took its place ({Threads} threads)")]
    private static partial void LeadTaken(ILogger log, int threads);

    [LoggerMessage(1123, LogLevel.Error, "A thread that waits for sockets failed, or could not be started")]
    private static partial void ThreadFailed(ILogger log, Exception failure);
}
