using FedActors.Storage;
using FedActors.Storage.Residuals;
using FedActors.Tests.Contracts;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Storage;

/// <summary>The contract, and what files have beyond it.</summary>
public sealed class ResidualFilesTests : ResidualStoreContract, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Reopened_AfterEveryRound_HoldsWhatWasKeptAndGoesOnSparing()
    {
        Open().Keep("run", 1, [1], spared: 0);
        Open().Keep("run", 2, [2], spared: 1);
        Open().Keep("run", 3, [3], spared: 2);

        IResidualStore store = Open();
        store.Find("run", 1).Should().BeNull();
        store.Find("run", 2).Should().Equal(2);
        store.Find("run", 3).Should().Equal(3);
    }

    /// <summary>What a kill has cut short belongs to an update that was never sent; the other file must still be there.</summary>
    [Fact]
    public void Reopened_FileCutShortOrDamaged_CountsAsAbsentAndTheOtherIsThere()
    {
        IResidualStore store = Open();
        store.Keep("run", 1, [1, 2, 3], spared: 0);
        store.Keep("run", 2, [4, 5, 6], spared: 1);
        string second = _folder["site/residual-1"];
        byte[] whole = File.ReadAllBytes(second);
        for (int length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(second, whole[..length]);
            Open().Find("run", 2).Should().BeNull();
        }

        for (int at = 0; at < whole.Length; at++)
        {
            byte[] damaged = (byte[])whole.Clone();
            damaged[at] ^= 1;
            File.WriteAllBytes(second, damaged);
            Open().Find("run", 2).Should().BeNull();
        }

        Open().Find("run", 1).Should().Equal(1, 2, 3);
        Open().Keep("run", 2, [7], spared: 1);
        Open().Find("run", 2).Should().Equal(7);
    }

    [Fact]
    public void Keep_FolderThatCannotBe_SaysWhereAndWhatToDo()
    {
        File.WriteAllText(_folder["site"], "a file in the folder's place");

        FluentActions.Invoking(() => Open().Keep("run", 1, [1], spared: 0)).Should().Throw<StoreException>().WithMessage("*residual-0*Storage:Path*")
            .Which.Fault.Should().Be(StoreFault.Disk);
    }

    protected override IResidualStore Open() => new ResidualFiles(_folder["site"]);
}
