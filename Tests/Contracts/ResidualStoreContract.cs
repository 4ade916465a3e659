using FedActors.Storage.Residuals;

namespace FedActors.Tests.Contracts;

/// <summary>What every residual store does.</summary>
public abstract class ResidualStoreContract
{
    private static readonly double[] One = [1, -0.5, double.Epsilon];
    private static readonly double[] Two = [2, 0, 1e300];
    private static readonly double[] Three = [3];

    protected abstract IResidualStore Open();

    [Fact]
    public void Find_NothingKept_IsNull() => Open().Find("run", 1).Should().BeNull();

    [Fact]
    public void Keep_TwoRounds_BothAreThereWithEveryBit()
    {
        IResidualStore store = Open();
        store.Keep("run", 1, One, spared: 0);
        store.Keep("run", 2, Two, spared: 1);

        store.Find("run", 1).Should().Equal(One);
        store.Find("run", 2).Should().Equal(Two);
        store.Find("run", 3).Should().BeNull();
        store.Find("other", 1).Should().BeNull();
    }

    [Fact]
    public void Keep_RoundAfterRound_SparesTheOneThatCounted()
    {
        IResidualStore store = Open();
        store.Keep("run", 1, One, spared: 0);
        store.Keep("run", 2, Two, spared: 1);
        store.Keep("run", 3, Three, spared: 2);

        (store.Find("run", 1), store.Find("run", 3)!.Length).Should().Be((null, 1));
        store.Find("run", 2).Should().Equal(Two);

        // Round 3 did not count, and round 4 goes on from round 2.
        store.Keep("run", 4, One, spared: 2);
        store.Find("run", 2).Should().Equal(Two);
        store.Find("run", 3).Should().BeNull();
        store.Find("run", 4).Should().Equal(One);
    }

    [Fact]
    public void Keep_TheSameRoundAgain_ReplacesIt()
    {
        IResidualStore store = Open();
        store.Keep("run", 1, One, spared: 0);
        store.Keep("run", 2, Two, spared: 1);

        store.Keep("run", 2, Three, spared: 1);

        store.Find("run", 1).Should().Equal(One);
        store.Find("run", 2).Should().Equal(Three);
    }

    [Fact]
    public void Keep_AnotherRun_ForgetsTheFormerOne()
    {
        IResidualStore store = Open();
        store.Keep("run", 1, One, spared: 0);
        store.Keep("run", 2, Two, spared: 1);

        store.Keep("next", 1, Three, spared: 0);
        store.Keep("next", 2, Two, spared: 1);

        store.Find("run", 1).Should().BeNull();
        store.Find("run", 2).Should().BeNull();
        store.Find("next", 1).Should().Equal(Three);
    }
}
