using FedActors.Actors.Cells;
using FedActors.Actors.Remoting.Frames;

namespace FedActors.Actors.Remoting;

/// <content>Losing the node: how long it is waited for, and who hears of it.</content>
internal sealed partial class Endpoint
{
    // Subscribers return within microseconds.
    private static readonly TimeSpan LongTelling = TimeSpan.FromSeconds(1);

    /// <param name="grace">How long the node is waited for.</param>
    /// <param name="after">The grace that this one follows; if another has begun since, or the node has been given up, nothing happens. Null whatever came before.</param>
    private void StartGrace(TimeSpan grace, long? after = null)
    {
        lock (_sync)
        {
            if (!_closed && _link is null && (after ?? _graceNumber) == _graceNumber)
            {
                long number = EndGrace();
                _grace = System.Time.CreateTimer(_ => MakeDeadLetters(LoseUnlessBack(number)), null, grace, Timeout.InfiniteTimeSpan);
            }
        }
    }

    /// <summary>Ends the grace, if there is one. Under the lock.</summary>
    /// <returns>The number of the next. A timer that is ended when it has just fired fires all the same, and is known by it.</returns>
    private long EndGrace()
    {
        _grace?.Dispose();
        _grace = null;
        return ++_graceNumber;
    }

    /// <summary>The grace with this number is over, or does not begin, since the node said goodbye.</summary>
    /// <returns>What was not sent, if the node is lost.</returns>
    private List<(RemoteActorRef Target, Envelope Envelope)> LoseUnlessBack(long number)
    {
        lock (_sync)
        {
            if (number != _graceNumber || _link is not null || _closed || _unreachable || _redirect is not null)
            {
                return [];
            }

            if (_halfOpen > 0 && !_graceExtended)
            {
                // It is coming back, as it seems, and was told what is remembered here. Once: greetings without end must not keep a lost node alive.
                _graceExtended = true;
                StartGrace(_remote.Options.Limits.HandshakeTimeout);
                return [];
            }
        }

        return GiveUp(number);
    }

    /// <summary>The node is unreachable from now on, unless it has just been connected.</summary>
    /// <param name="grace">The grace that is over; if another has begun since, or the node is connected or given up already, nothing happens. Null whatever the grace.</param>
    /// <returns>What was not sent: dead letters, which may be many and say nothing of whether the node is there, so that its next connection need not wait for them.</returns>
    private List<(RemoteActorRef Target, Envelope Envelope)> GiveUp(long? grace = null)
    {
        Loss loss;
        lock (_sync)
        {
            if ((grace ?? _graceNumber) != _graceNumber || _link is not null || _closed || _unreachable || _redirect is not null)
            {
                return [];
            }

            BeginTelling();
            _unreachable = true;

            // It is lost once, and not again when the grace would have been over.
            EndGrace();

            // Who is given up is not waited for: the node may come back with its clock set back, and then bears a smaller incarnation.
            _incarnation = 0;
            Outbox.Shut();
            loss = TakeLoss(TerminationReason.Unreachable);
        }

        try
        {
            EndWatches(loss);
            TellLost(loss);
        }
        finally
        {
            EndTelling();
        }

        return loss.Messages;
    }

    /// <summary>
    /// Somebody is about to be told what has become of a connection, or of the node. Under the lock. Until all have been told no other
    /// connection is taken into use: they would hear of it first, and believe in the end that the node is away.
    /// </summary>
    private void BeginTelling()
    {
        if (_tellings++ == 0)
        {
            _longTelling = System.Time.CreateTimer(_ => Diagnostics.Log.TellsLong(Log, Name, LongTelling), null, LongTelling, Timeout.InfiniteTimeSpan);
        }

        // What follows runs at once, without a lock: it would leave a simulated node's thread otherwise.
        _told ??= new TaskCompletionSource();
    }

    private void EndTelling()
    {
        TaskCompletionSource? told = null;
        lock (_sync)
        {
            if (--_tellings == 0)
            {
                _longTelling?.Dispose();
                _longTelling = null;
                (told, _told) = (_told, null);
            }
        }

        told?.SetResult();
    }

    /// <summary>Takes out what was for the node, or its former life, and begins a session of which nobody knows anything. Under the lock.</summary>
    /// <remarks>A session that has not begun here stays: the other side may have begun it, in a Ready that was lost, and nothing of it has arrived.</remarks>
    private Loss TakeLoss(TerminationReason reason)
    {
        if (_peerSession != 0)
        {
            _session = System.NextUid();
            _peerSession = 0;
        }

        ForgetReceived();
        return new Loss(Node, reason, _watches.TakeAllOurs(), _watches.TakeAllTheirs(), Outbox.RemoveAll());
    }

    /// <summary>Nothing has arrived in the session yet, names included.</summary>
    private void ForgetReceived()
    {
        _received = 0;
        Names.Clear();
    }

    /// <summary>Ends the watches. Until that is done no connection is taken into use: over it they may be made anew, and what is said late would end those.</summary>
    private void EndWatches(Loss loss)
    {
        foreach ((ActorRef watched, RemoteActorRef watcher) in loss.Theirs)
        {
            BeginWatchChange(watched, watcher);
            watched.SendSystem(new SystemMessage.Unwatch(watched, watcher));
        }

        foreach ((RemoteActorRef watched, ActorRef watcher) in loss.Ours)
        {
            watcher.SendSystem(new SystemMessage.WatchedEnded(watched, loss.Reason));
        }
    }

    /// <summary>Tells everybody else whom it concerns. Outside the lock, since subscribers are called.</summary>
    private void Announce(Loss loss)
    {
        TellLost(loss);
        MakeDeadLetters(loss.Messages);
    }

    private void TellLost(Loss loss)
    {
        if (loss.Node is { } node)
        {
            System.Events.Publish(new NodeLost(node, loss.Reason));
        }
    }

    private void MakeDeadLetters(
        List<(RemoteActorRef Target, Envelope Envelope)> messages, DeadLetterReason reason = DeadLetterReason.Unreachable)
    {
        foreach ((RemoteActorRef target, Envelope envelope) in messages)
        {
            System.DeadLetters.Publish(target, envelope, reason);
        }
    }

    /// <summary>What a lost node leaves: whom to tell, and what was not sent.</summary>
    private sealed record Loss(
        string? Node,
        TerminationReason Reason,
        List<(RemoteActorRef Watched, ActorRef Watcher)> Ours,
        List<(ActorRef Watched, RemoteActorRef Watcher)> Theirs,
        List<(RemoteActorRef Target, Envelope Envelope)> Messages);
}
