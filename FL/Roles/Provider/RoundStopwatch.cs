using FedActors.FL.Rounds;
using FedActors.Storage.Training;

namespace FedActors.FL.Roles;

/// <summary>Takes a round's times from the effects that are performed for it.</summary>
internal sealed class RoundStopwatch(TimeProvider time, Func<(long Sent, long Received)> traffic)
{
    private int _round;
    private long _selected;
    private long _accepted;
    private long _closed;
    private long _aggregated;
    private long _asked;
    private TimeSpan _evaluation;
    private (long Sent, long Received) _traffic;

    public void OnEffect(RoundEffect effect)
    {
        switch (effect)
        {
            case OpenAggregation open when open.Round != _round:
                _round = open.Round;
                _selected = _accepted = time.GetTimestamp();
                _evaluation = TimeSpan.Zero;
                _traffic = traffic();
                break;
            case HandOverUpdate:
                _accepted = time.GetTimestamp();
                break;
            case CloseAggregation:
                _closed = time.GetTimestamp();
                break;
            case AdoptAggregate:
                _aggregated = time.GetTimestamp();
                break;
            case EvaluateCandidate:
                _asked = time.GetTimestamp();
                break;
            case AdoptEvaluation:
                _evaluation = time.GetElapsedTime(_asked);
                break;
        }
    }

    /// <summary>The times of the round that is about to be stored.</summary>
    public RoundTimings Read(IReadOnlyList<RoundParticipant> participants)
    {
        TimeSpan slowest = TimeSpan.Zero;
        foreach (RoundParticipant participant in participants)
        {
            slowest = participant.Figures.TrainingTime > slowest ? participant.Figures.TrainingTime : slowest;
        }

        return new RoundTimings(
            time.GetElapsedTime(_selected), time.GetElapsedTime(_selected, _accepted), slowest, time.GetElapsedTime(_closed, _aggregated), _evaluation);
    }

    /// <summary>Bytes sent and received since the round was first asked.</summary>
    public (long Sent, long Received) ReadTraffic()
    {
        (long sent, long received) = traffic();
        return (sent - _traffic.Sent, received - _traffic.Received);
    }
}
