using FedActors.Actors.Remoting.Frames;
using FedActors.Actors.Serialization;

namespace FedActors.Actors.Remoting;

/// <content>Holding back a node that goes on sending and has not shown yet that it reads.</content>
/// <remarks>
/// What it asks makes answers, and these lie here until it takes them: without this, a node that asks and does not read has the questions
/// of as long as it likes answered. So it is answered a little, and asked for a word of what has arrived; until that comes its frames are
/// not handled. They are read on, as far as one frame may be long, since the word comes behind them. Two nodes never wait for each other
/// so: whoever waits has handled more of the other's frames than it takes to show that one reads, and says so when it is asked. Where a
/// word lies beyond what is read on, some frames are handled after a pause all the same, and so are those before a goodbye, behind which
/// no word comes. A node that has shown once that it reads is not held back again: it may have other reasons to be slow.
/// </remarks>
internal sealed partial class LinkReceiver
{
    // Frames of the session that are handled before anybody looks whether the other side has shown that it reads: more than show it.
    private const int FramesBeforeHolding = 2 * Outbox.FramesThatShow;

    // Frames that are handled after a pause.
    private const int FramesGranted = 4 * FramesBeforeHolding;

    private static readonly TimeSpan GrantPause = TimeSpan.FromMilliseconds(10);

    private long _holdAt = FramesBeforeHolding;
    private int _looked;
    private bool _isHeld;
    private bool _byeAhead;
    private long _heldSince;

    /// <summary>How long the node's frames have been held back, or null if they are not.</summary>
    public TimeSpan? HeldFor => Volatile.Read(ref _heldSince) is not 0 and var since ? _time.GetElapsedTime(since) : null;

    /// <summary>Whether frames are held back for now.</summary>
    /// <param name="rest">What has arrived and is not handled: it may hold what ends the wait.</param>
    private bool IsHeld(ReadOnlySpan<byte> rest)
    {
        if (!MustHold())
        {
            return false;
        }

        LookAhead(rest);
        return MustHold();
    }

    private bool MustHold()
    {
        // Within a chunk there is no frame to look at next.
        if (_endpoint.Received < _holdAt || _streams.IsWithinChunk)
        {
            return false;
        }

        if (!_endpoint.Outbox.IsUnread)
        {
            _isHeld = false;
            Volatile.Write(ref _heldSince, 0);
            return false;
        }

        if (!_isHeld)
        {
            // What is ahead is looked at anew each time: a node there that waits likewise is told how far it is now.
            _isHeld = true;
            _looked = 0;
            Volatile.Write(ref _heldSince, _heldSince == 0 ? Math.Max(1, _time.GetTimestamp()) : _heldSince);
        }

        return true;
    }

    /// <summary>Lets some frames pass all the same, after a pause.</summary>
    private async ValueTask GrantAsync()
    {
        await Task.Delay(GrantPause, _time, _ended);
        _isHeld = false;
        _holdAt = _endpoint.Received + FramesGranted;
    }

    /// <summary>Takes note of what says how far the other side is. It is handled once more in its turn, which changes nothing.</summary>
    private void LookAhead(ReadOnlySpan<byte> rest)
    {
        ReadOnlySpan<byte> ahead = rest[_looked..];
        while (FrameCutter.TryCut(ref ahead, _options.Limits.MaxFrameBytes, out ReadOnlySpan<byte> payload))
        {
            var reader = new MessagePackReader(payload);
            reader.ReadFields(known: 1);
            switch ((FrameKind)reader.ReadInt32())
            {
                case FrameKind.Received:
                    _endpoint.Outbox.Acknowledge(reader.ReadInt64());
                    break;
                case FrameKind.WantsReceived:
                    _sender.SayReceived();
                    break;
                case FrameKind.Bye:
                    _byeAhead = true;
                    break;
            }
        }

        _looked = rest.Length - ahead.Length;
    }
}
