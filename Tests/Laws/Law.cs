using FsCheck;
using FsCheck.Fluent;

namespace FedActors.Tests.Laws;

/// <summary>Something that holds in gossip mode whatever happens, and in how many cases that is looked at.</summary>
/// <param name="Name">What holds, as a sentence.</param>
/// <param name="Cases">How many cases.</param>
/// <param name="Holds">Whether it holds in the case of a seed, for parts of which one may be broken.</param>
/// <param name="IsSchedule">Whether a case is a whole schedule of a few replicas. These are numbered from 0; other cases FsCheck draws.</param>
internal sealed record Law(string Name, int Cases, Func<ulong, LawParts, bool> Holds, bool IsSchedule = false)
{
    /// <summary>Looks at every case until one breaks the law.</summary>
    /// <returns>How many cases were looked at, and whether the law held in all of them.</returns>
    public (int Tried, bool Held) Try(LawParts parts)
    {
        int tried = 0;
        bool held = true;
        if (IsSchedule)
        {
            while (held && tried < Cases)
            {
                held = Holds((ulong)tried++, parts);
            }

            return (tried, held);
        }

        // Once a case has failed the rest is passed over: what FsCheck would make of it afterwards does not count.
        Prop.ForAll(ArbMap.Default.ArbFor<ulong>(), seed =>
        {
            if (held)
            {
                tried++;
                held = Holds(seed, parts);
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(Cases));
        return (tried, held);
    }
}
