using FedActors.FL.Numerics;
using FedActors.Simulation.Kernel;

namespace FedActors.Tests.Simulation.Kernel;

public sealed class EventQueueTests
{
    [Fact]
    public void Schedule_OnAnotherThreadWithinAnEventOfARun_IsRefusedThereAndHere()
    {
        EventQueue queue = new();
        Exception? refusal = null;
        queue.Hold();
        queue.Schedule(TimeSpan.Zero, () => refusal = OnAnotherThread(() => queue.Schedule(TimeSpan.Zero, () => { })));

        queue.Step();

        refusal.Should().BeOfType<InvalidOperationException>().Which.Message.Should().Match("Thread * has put an event into a queue whose events thread * runs*");
        queue.Invoking(it => it.Step()).Should().Throw<InvalidOperationException>("a task may have kept its failure to itself").WithMessage("*has left the simulation*");
    }

    [Fact]
    public void Post_OnAnotherThreadBetweenEventsOfARun_IsRefused()
    {
        EventQueue queue = new();
        SimulatedProcess process = new(new SimulatedHost(queue, "host"));
        queue.Hold();
        process.Post(() => { });
        queue.Step();

        OnAnotherThread(() => process.Post(() => { })).Should().BeOfType<InvalidOperationException>();
        OnAnotherThread(() => queue.Step()).Should().BeOfType<InvalidOperationException>();
    }

    [Fact]
    public void Step_OnAnotherThreadAfterARun_RunsEvents()
    {
        EventQueue queue = new();
        queue.Hold();
        queue.Schedule(TimeSpan.Zero, () => { });
        queue.LetGo();

        OnAnotherThread(() => queue.Step().Should().BeTrue()).Should().BeNull();
    }

    [Fact]
    public void Schedule_OnAnotherThreadWhereSomebodyIsTold_IsRun()
    {
        int added = 0;
        bool ran = false;
        EventQueue queue = new(() => added++);
        queue.Schedule(TimeSpan.Zero, () => OnAnotherThread(() => queue.Schedule(TimeSpan.Zero, () => ran = true)));

        queue.Step();
        queue.Step();

        (added, ran).Should().Be((2, true));
    }

    [Fact]
    public void Step_ManyEvents_TakesThemByTimeAndThenByOrder()
    {
        EventQueue queue = new();
        List<(int Due, int Order)> ran = [];
        RandomStream chance = RandomStream.For(7, "events");
        for (int i = 0; i < 2_000; i++)
        {
            (int due, int order) = (chance.NextInt(100), i);
            queue.Schedule(TimeSpan.FromMilliseconds(due), () =>
            {
                ran.Add((due, order));
                if (order % 3 == 0)
                {
                    // Added while others are taken out, for the time that it is.
                    queue.Schedule(TimeSpan.Zero, () => ran.Add((due, order + 10_000)));
                }
            });
        }

        while (queue.Step())
        {
            queue.Now.Should().Be(TimeSpan.FromMilliseconds(ran[^1].Due));
        }

        ran.Should().HaveCount(2_667).And.Equal(ran.OrderBy(ran => ran.Due).ThenBy(ran => ran.Order));
    }

    private static Exception? OnAnotherThread(Action work)
    {
        Exception? failure = null;
        Thread thread = new(() =>
        {
            try
            {
                work();
            }
            catch (Exception e)
            {
                failure = e;
            }
        });
        thread.Start();
        thread.Join();
        return failure;
    }
}
