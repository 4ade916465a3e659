using FedActors.Crdt;
using FedActors.FL.Gossip;

namespace FedActors.Tests.FL.Gossip;

/// <content>Standards that cannot be added up, while peers are missing whose word would decide.</content>
public sealed partial class StandardChoiceTests
{
    /// <summary>Of five expected peers two never came, so that neither of two standards was ever said by most, and whoever came late trained alone for ever.</summary>
    [Fact]
    public void Standards_ThatTieWhilePeersAreMissing_AreBelievedAfterAWhileAndOneIsTakenByAll()
    {
        NamedStandard one = Of(0, 1) with { Sum = Moments[0].Merge(Moments[1]) };
        NamedStandard other = Of(1, 2) with { Sum = Moments[1].Merge(Moments[2]) };
        ContentHash[] taken =
        [
            .. new[] { "c", "x" }.Select(late =>
            {
                StandardChoice choice = Choice(5, late);
                foreach ((string peer, int rows) in new[] { ("a", 5), ("b", 4), ("c", 3) })
                {
                    choice.Hear(peer, Moments[rows]);
                }

                (string, NamedStandard)[] told = late == "c" ? [("a", one), ("b", other)] : [("b", other), ("a", one)];
                foreach ((string peer, NamedStandard standard) in told)
                {
                    choice.Hear(peer, standard).Should().BeEmpty();
                    choice.Hear(peer, standard.Hash);
                }

                choice.TryDecide(59_999);
                choice.Current.Should().BeNull("the others may still come");
                choice.TryDecide(60_000);
                return choice.Current!.Hash;
            }),
        ];

        taken.Distinct().Should().ContainSingle();
        new[] { one.Hash, other.Hash }.Should().Contain(taken[0]);
    }

    [Fact]
    public void Standard_SaidByFewerThanAnother_IsNotBelievedAfterAWhileEither()
    {
        NamedStandard honest = Of(0, 1) with { Sum = Moments[0].Merge(Moments[1]) };
        NamedStandard lie = Of(1, 2) with { Sum = Moments[1].Merge(Moments[2]) };
        StandardChoice choice = Choice(6, "f");
        foreach ((string peer, int rows) in new[] { ("a", 5), ("b", 4), ("c", 3) })
        {
            choice.Hear(peer, Moments[rows]);
        }

        foreach ((string peer, NamedStandard standard) in new[] { ("x", lie), ("a", honest), ("b", honest) })
        {
            choice.Hear(peer, standard);
            choice.Hear(peer, standard.Hash);
        }

        choice.TryDecide(60_000);

        choice.Current!.Hash.Should().Be(honest.Hash);
    }
}
