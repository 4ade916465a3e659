using FedActors.FL.Roles;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.FL.Roles;

public sealed class TrainingThreadsTests
{
    [Fact]
    public async Task Threads_ManyTasks_RunApartFromThePoolAndNeverMoreAtOnceThanThreads()
    {
        using TrainingThreads threads = new(2);
        int running = 0;
        int most = 0;
        Task[] tasks =
        [
            .. Enumerable.Range(0, 50).Select(_ => Task.Factory.StartNew(
                () =>
                {
                    int now = Interlocked.Increment(ref running);
                    InterlockedMax(ref most, now);
                    Thread.CurrentThread.IsThreadPoolThread.Should().BeFalse();
                    Thread.SpinWait(10_000);
                    Interlocked.Decrement(ref running);
                },
                CancellationToken.None, TaskCreationOptions.None, threads)),
        ];

        await Task.WhenAll(tasks);

        most.Should().BeInRange(1, 2);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Threads_WorkThatIsCutUp_StaysOnThem(int count)
    {
        using TrainingThreads threads = new(count);
        int elsewhere = 0;
        int done = 0;

        await Task.Factory.StartNew(
            () => Parallel.For(0, 1_000, new ParallelOptions { TaskScheduler = TaskScheduler.Current }, _ =>
            {
                Interlocked.Add(ref elsewhere, Thread.CurrentThread.IsThreadPoolThread ? 1 : 0);
                Interlocked.Increment(ref done);
            }),
            CancellationToken.None, TaskCreationOptions.DenyChildAttach, threads).Limit();

        (done, elsewhere).Should().Be((1_000, 0));
    }

    [Fact]
    public void Threads_None_IsRefused()
    {
        Action none = () => new TrainingThreads(0).Dispose();

        none.Should().Throw<ArgumentOutOfRangeException>();
    }

    private static void InterlockedMax(ref int target, int value)
    {
        int seen = Volatile.Read(ref target);
        while (value > seen)
        {
            seen = Interlocked.CompareExchange(ref target, value, seen) is var before && before == seen ? value : before;
        }
    }
}
