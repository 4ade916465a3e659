using System.Runtime;

namespace FedActors.Scripts.Scenarios;

/// <summary>Holds what rounds leave behind to a share of what a scenario holds, so that what it takes at most can be told beforehand.</summary>
/// <remarks>
/// A round of a million clients makes arrays of tens of megabytes. Left to itself the collector lets such arrays grow to several times what
/// is held before it looks at them, and lets as much be made while it looks beside the work. Nobody waits here for an answer within
/// milliseconds: it may stop everything, now and then.
/// </remarks>
internal sealed class ScenarioHeap : IDisposable
{
    /// <summary>This part of what is held may be left over.</summary>
    public const int Share = 3;

    // Less than this is no matter: the collector's youngest generation alone may hold as much.
    private const long Least = 96L << 20;

    private readonly GCLatencyMode _before = GCSettings.LatencyMode;
    private long _held;

    public ScenarioHeap() => GCSettings.LatencyMode = GCLatencyMode.Batch;

    /// <summary>A round, or the preparation of a run, is over.</summary>
    public void Tidy()
    {
        if (GC.GetTotalMemory(forceFullCollection: false) - _held <= Math.Max(Least, _held / Share))
        {
            return;
        }

        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
        _held = GC.GetTotalMemory(forceFullCollection: false);
    }

    public void Dispose() => GCSettings.LatencyMode = _before;
}
