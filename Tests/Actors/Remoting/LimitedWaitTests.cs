using FedActors.Actors.Remoting;
using FedActors.Simulation.Kernel;

namespace FedActors.Tests.Actors.Remoting;

/// <summary>However a wait ends, who waits on a simulated node goes on there: its queue refuses every other thread.</summary>
public sealed class LimitedWaitTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(3);

    [Fact]
    public void Wait_GivenUp_EndsOnTheThreadOfTheSimulation()
    {
        using CancellationTokenSource given = new();

        (Task wait, TimeSpan took) = WaitFor(new TaskCompletionSource(), given, given.Cancel);

        wait.IsCanceled.Should().BeTrue();
        took.Should().Be(TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void Wait_TaskEnds_EndsWithIt()
    {
        using CancellationTokenSource given = new();
        TaskCompletionSource task = new();

        (Task wait, TimeSpan took) = WaitFor(task, given, task.SetResult);

        wait.IsCompletedSuccessfully.Should().BeTrue();
        took.Should().Be(TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void Wait_LimitIsOver_EndsWithoutAFailure()
    {
        using CancellationTokenSource given = new();

        (Task wait, TimeSpan took) = WaitFor(new TaskCompletionSource(), given, static () => { });

        wait.IsCompletedSuccessfully.Should().BeTrue();
        took.Should().Be(Limit);
    }

    private static (Task Wait, TimeSpan Took) WaitFor(TaskCompletionSource task, CancellationTokenSource given, Action afterASecond)
    {
        EventQueue queue = new();
        queue.Hold();
        using SimulatedProcess process = new(new SimulatedHost(queue, "host"));
        Task? wait = null;
        process.Do(() => wait = task.Task.EndOrLimitAsync(Limit, process.Clock, given.Token));
        process.Schedule(TimeSpan.FromSeconds(1), afterASecond);
        SynchronizationContext? before = SynchronizationContext.Current;
        while (!wait!.IsCompleted)
        {
            queue.Step().Should().BeTrue("the wait ends in the simulation");
        }

        SynchronizationContext.SetSynchronizationContext(before);
        return (wait, queue.Now);
    }
}
