using System.Runtime;

namespace FedActors.Scripts.Scenarios;

/// <summary>Holds what rounds leave behind to a share of what a scenario holds, so that what it takes at most can be told beforehand.</summary>
/// <remarks>
/// A round of a million clients makes arrays of tens of megabytes. Left to itself the collector lets such arrays grow to several times what
/// is held before it looks at them, and lets as much be made while it looks beside the work. Nobody waits here for an answer within
/// milliseconds: it may stop everything, now and then.
/// </remarks>
internal sealed class ScenarioHeap
{
    /// <summary>This part of what is held may be left over.</summary>
    public const int Share = 3;

    // Less than this is no matter: the collector's youngest generation alone may hold as much.
    private const long Least = 96L << 20;

    private long _held;

    /// <summary>Takes the heap over.</summary>
    /// <param name="isOfProcess">Whether the process does nothing else, so that the collector may be told to work in one go.</param>
    public ScenarioHeap(bool isOfProcess)
    {
        if (isOfProcess)
        {
            GCSettings.LatencyMode = GCLatencyMode.Batch;
        }
    }

    /// <summary>A run begins, and the one before it is of no use any more.</summary>
    public void Begin()
    {
        _held = 0;
        Tidy();
    }

    /// <summary>A round is over.</summary>
    public void Tidy()
    {
        if (GC.GetTotalMemory(forceFullCollection: false) - _held <= Math.Max(Least, _held / Share))
        {
            return;
        }

        GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: true, compacting: true);
        _held = GC.GetTotalMemory(forceFullCollection: false);
    }
}
