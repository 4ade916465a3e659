using FedActors.FL.Roles;

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
