using FedActors.Actors.Diagnostics;
using FedActors.Actors.Transport;

namespace FedActors.Actors.Remoting;

/// <content>Connections that come to nothing: what counts as one, and who has to wait for them.</content>
internal sealed partial class NodeListener
{
    // Timers ring late, by a tick of the system's at most: so many pauses are made up for.
    private const int PausesToMakeUp = 2;

    private readonly long _began;
    private TimeSpan _due;

    /// <summary>Pauses as long as a slow listener has to before it accepts the next connection, so that it accepts as many as it may on average, and three in a row at most.</summary>
    /// <returns>False when the listener closes.</returns>
    private async Task<bool> PauseForPaceAsync()
    {
        TimeSpan now = _remote.System.Time.GetElapsedTime(_began);
        TimeSpan soonest = now - (PausesToMakeUp * Limits.AcceptPause);
        _due += Limits.AcceptPause;
        _due = _due > soonest ? _due : soonest;
        return _due <= now || await PauseAsync(_due - now);
    }

    private async Task WaitAndShakeHandsAsync(ITransportConnection connection)
    {
        _remote.OnPaced();
        try
        {
            if (!await _pace.WaitAsync(connection.Origin, _closing.Token))
            {
                // Not one more that came to nothing: it had no chance to come to anything.
                _remote.OnRefused(
                    connection.RemoteAddress, RefusalCause.Paced, $"many connections came to nothing, some of them from {connection.Origin}, and as many wait to be let in already as may");
                await CloseAsync(connection);
                return;
            }
        }
        catch (OperationCanceledException)
        {
            await CloseAsync(connection);
            return;
        }

        if (await EnterAsync(connection) is { } visit)
        {
            await ShakeHandsAsync(connection, visit);
        }
    }

    /// <summary>A connection that this listener accepted, and that was in use, has ended.</summary>
    private void OnEnded(Link link, Endpoint endpoint, string origin, bool resumed, long since)
    {
        bool isShort = _remote.System.Time.GetElapsedTime(since) < Limits.ShortConnection;
        int inARow = endpoint.CountLink(isShort);

        // Who has proved who it is, such as an operator who asks once, is no stranger. A storm breaks an honest node's connections again and again, and each goes on where the last was lost. An attacker can do so, too, but not often in one name.
        if (link.BrokeProtocol || link.LeftUnread || (isShort && link.Peer is null && (!resumed || inARow > MostShortInARow)))
        {
            _pace.Charge(origin, link.LeftUnread ? CostlyWeight : 1);
        }
    }

    private void OnPaceChanged(bool isSlow)
    {
        if (!isSlow)
        {
            Log.PaceUsual(_remote.Log, Address);
        }
        else if (_paceLines.TryTake(out long unsaid))
        {
            Log.PaceSlow(_remote.Log, Address, Limits.MaxFutileConnections, Limits.FutileConnectionsPerSecond, unsaid);
        }
    }

    private void Refused(ITransportConnection connection, RefusalCause cause, string reason, int weight = 1)
    {
        _remote.OnRefused(connection.RemoteAddress, cause, reason);
        if (weight > 0)
        {
            _pace.Charge(connection.Origin, weight);
        }
    }
}
