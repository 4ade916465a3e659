using FedActors.FL.Roles;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.FL.Roles;

public sealed class FormerWorkTests
{
    private readonly ManualTimeProvider _clock = new();
    private readonly TaskCompletionSource _work = new();

    [Fact]
    public async Task EndAsync_WorkThatHangs_FailsAfterThePatienceAndAsOftenAsItIsAwaited()
    {
        var former = new FormerWork(_work.Task, _clock);
        for (int i = 0; i < 2; i++)
        {
            Task ending = former.EndAsync(CancellationToken.None);
            _clock.Advance(FormerWork.Patience - TimeSpan.FromSeconds(1));
            ending.IsCompleted.Should().BeFalse();

            _clock.Advance(TimeSpan.FromSeconds(1));

            (await FluentActions.Awaiting(() => ending.Limit()).Should().ThrowAsync<TimeoutException>()).Which.Message.Should().Contain("restart this process");
        }

        _work.SetResult();
        await former.EndAsync(CancellationToken.None).Limit();
    }

    [Fact]
    public async Task EndAsync_WorkThatFails_Ends()
    {
        Task ending = new FormerWork(_work.Task, _clock).EndAsync(CancellationToken.None);

        _work.SetException(new IOException("the disk is full"));

        await ending.Limit();
        _clock.ArmedTimers.Should().Be(0);
    }

    [Fact]
    public async Task EndAsync_GivenUp_IsCancelled()
    {
        using var given = new CancellationTokenSource();
        Task ending = new FormerWork(_work.Task, _clock).EndAsync(given.Token);

        await given.CancelAsync();

        await FluentActions.Awaiting(() => ending.Limit()).Should().ThrowAsync<OperationCanceledException>();
    }
}
