using System.Runtime.CompilerServices;
using FedActors.Actors.Remoting;
using FedActors.Simulation.Kernel;

namespace FedActors.Tests.Actors.Remoting;

/// <summary>However a wait ends, who waits on a simulated node goes on there: its queue refuses every other thread.</summary>
public sealed class LimitedWaitTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(3);
    private readonly AsyncLocal<object?> _flowing = new();

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

    /// <summary>Strangers that were listened out left their waits on the honest node's connection for as long as it lasted, and so did whoever asked again and again for a node that is away.</summary>
    [Theory]
    [InlineData(TaskCreationOptions.None, false)]
    [InlineData(TaskCreationOptions.None, true)]
    [InlineData(TaskCreationOptions.RunContinuationsAsynchronously, false)]
    [InlineData(TaskCreationOptions.RunContinuationsAsynchronously, true)]
    public void Wait_GivenUp_LeavesNothingOnItsTask(TaskCreationOptions options, bool isOnAContext)
    {
        TaskCompletionSource task = new(options);

        WeakReference[] left =
        [
            .. GiveUp(task.Task, isOnAContext, static (task, given) => task.EndAsync(given)),
            .. GiveUp(task.Task, isOnAContext, static (task, given) => task.EndOrLimitAsync(Limit, TimeProvider.System, given)),
        ];

        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        left.Should().OnlyContain(kept => !kept.IsAlive);
        task.SetResult();
    }

    /// <summary>By itself, so that nothing of it stays on the stack.</summary>
    /// <returns>What whoever waits holds: the context on which it would go on, and what flows with it.</returns>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private WeakReference[] GiveUp(Task task, bool isOnAContext, Func<Task, CancellationToken, Task> begin)
    {
        SynchronizationContext? before = SynchronizationContext.Current;
        SynchronizationContext? context = isOnAContext ? new AtOnceContext() : null;
        object flowing = new();
        using CancellationTokenSource given = new();
        SynchronizationContext.SetSynchronizationContext(context);
        try
        {
            ExecutionContext.Run(
                ExecutionContext.Capture()!,
                _ =>
                {
                    SynchronizationContext.SetSynchronizationContext(context);
                    _flowing.Value = flowing;
                    Task wait = AwaitAsync(begin(task, given.Token));
                    given.Cancel();
                    wait.IsCanceled.Should().BeTrue();
                },
                null);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }

        return context is null ? [new WeakReference(flowing)] : [new WeakReference(flowing), new WeakReference(context)];
    }

    private static async Task AwaitAsync(Task task) => await task;

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

    private sealed class AtOnceContext : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state) => d(state);
    }
}
