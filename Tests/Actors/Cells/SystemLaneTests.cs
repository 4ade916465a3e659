using FedActors.Actors.Cells;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Actors.Cells;

public sealed class SystemLaneTests
{
    [Fact]
    public void Take_AddedInBetween_ComesOutInOrder()
    {
        var lane = new SystemLane();
        lane.HasAny.Should().BeFalse();
        lane.Take().Should().BeNull();

        SystemMessage[] messages = [.. Enumerable.Range(0, 4).Select(i => new SystemMessage.Restart(new InvalidOperationException($"{i}")))];
        lane.Add(messages[0]);
        lane.Add(messages[1]);
        lane.Take().Should().BeSameAs(messages[0]);
        lane.Add(messages[2]);
        lane.Add(messages[3]);

        lane.HasAny.Should().BeTrue();
        new[] { lane.Take(), lane.Take(), lane.Take(), lane.Take() }.Should().Equal([messages[1], messages[2], messages[3], null]);
        lane.HasAny.Should().BeFalse();
    }

    [Fact]
    public async Task Add_FromManyThreads_LosesNothingAndKeepsEachWritersOrder()
    {
        const int Writers = 4;
        const int Each = 10_000;
        var lane = new SystemLane();
        Task[] writers = [.. Enumerable.Range(0, Writers).Select(writer => Task.Run(() =>
        {
            for (int i = 0; i < Each; i++)
            {
                lane.Add(new SystemMessage.Restart(new Numbered(writer, i)));
            }
        }))];
        List<Numbered> taken = [];

        await Eventually.True(() =>
        {
            while (lane.Take() is SystemMessage.Restart { Reason: Numbered numbered })
            {
                taken.Add(numbered);
            }

            return taken.Count == Writers * Each;
        });

        await Task.WhenAll(writers).Limit();
        foreach (IGrouping<int, Numbered> writer in taken.GroupBy(numbered => numbered.Writer))
        {
            writer.Select(numbered => numbered.Number).Should().Equal(Enumerable.Range(0, Each));
        }
    }

    private sealed class Numbered(int writer, int number) : Exception
    {
        public int Writer { get; } = writer;

        public int Number { get; } = number;
    }
}
