using System.Collections.Concurrent;

namespace FedActors.Actors;

/// <summary>When questions run out of time.</summary>
/// <remarks>
/// Questions that wait equally long run out in the order in which they were asked, so all of them need one timer and a list: see
/// <see cref="DeadlineLane"/>. Asking and answering then touch no timer at all.
/// </remarks>
internal sealed class QuestionDeadlines(TimeProvider time)
{
    /// <summary>Waits that get a lasting lane. A program that asks has a handful; whoever computes each wait anew must not leave a lane for each.</summary>
    private const int MaxLanes = 64;

    private readonly ConcurrentDictionary<TimeSpan, DeadlineLane> _lanes = new();
    private DeadlineLane? _last;

    /// <summary>The lane of questions that wait this long, or one of its own for a single question.</summary>
    public DeadlineLane LaneFor(TimeSpan timeout)
    {
        DeadlineLane? last = _last;
        if (last is not null && last.Timeout == timeout)
        {
            return last;
        }

        if (!_lanes.TryGetValue(timeout, out DeadlineLane? lane))
        {
            if (_lanes.Count >= MaxLanes)
            {
                return new DeadlineLane(time, timeout, isLasting: false);
            }

            lane = _lanes.GetOrAdd(timeout, static (wait, clock) => new DeadlineLane(clock, wait, isLasting: true), time);
        }

        _last = lane;
        return lane;
    }
}
