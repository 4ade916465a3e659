using FedActors.Simulation.Gossip;
using FedActors.Tests.Simulation.Schedules;

namespace FedActors.Tests.Simulation.Gossip;

/// <summary>Schedules of peers that once broke something, with only the faults that it takes. docs/simulation.md says what it was.</summary>
public sealed class PeerRegressionTests
{
    public static TheoryData<string> Kept => KeptSchedule<GossipSchedule>.Names("gossip");

    [Theory]
    [MemberData(nameof(Kept))]
    public void Schedule_ThatOnceBrokeSomething_BreaksNothing(string name) => KeptSchedule<GossipSchedule>.Check(name, new GossipSimulator());
}
