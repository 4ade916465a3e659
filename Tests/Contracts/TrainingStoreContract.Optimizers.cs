using FedActors.Storage.Training;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Contracts;

/// <content>What server optimizers remember.</content>
public abstract partial class TrainingStoreContract
{
    [Fact]
    public void CommitRound_OptimizerState_IsKeptForTheLastRoundAlone()
    {
        Store.BeginRun(StoredRuns.Run());
        Store.CommitRound(StoredRuns.Round(1) with { OptimizerState = new byte[] { 1, 2 } });
        Store.LatestRound("7f3a")!.OptimizerState!.Value.ToArray().Should().Equal(1, 2);

        Store.CommitRound(StoredRuns.Round(2) with { OptimizerState = new byte[] { 3 } });

        (Store.LatestRound("7f3a")!.OptimizerState!.Value.Length, Store.FindRound("7f3a", 1)!.OptimizerState.HasValue).Should().Be((1, false));
    }
}
