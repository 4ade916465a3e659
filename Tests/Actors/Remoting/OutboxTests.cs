using FedActors.Actors.Remoting;
using FedActors.Actors.Remoting.Frames;
using FedActors.Actors.Serialization;
using FedActors.Tests.TestKit;
using FedActors.Tests.TestKit.Remoting;

namespace FedActors.Tests.Actors.Remoting;

public sealed class OutboxTests
{
    private readonly ManualTimeProvider _clock = new();
    private readonly Outbox _outbox;
    private int _wakes;

    public OutboxTests() => _outbox = new Outbox(TestNodes.Registry, RemotingLimits.Default, new QueueBudget(long.MaxValue), _clock, _ => _wakes++);

    [Fact]
    public void Outbox_FilledAgainBeforeTheLoopHasLooked_WakesItOnce()
    {
        Post(1);
        Post(2);

        _wakes.Should().Be(1);
        Drain();
        Post(3);
        _wakes.Should().Be(2);
    }

    [Fact]
    public void Outbox_Corked_WakesTheLoopWhenItIsUncorkedAndNotBefore()
    {
        _outbox.Cork();
        Post(1);
        Post(2);
        _wakes.Should().Be(0);

        _outbox.Uncork();
        _wakes.Should().Be(1);
        _outbox.Uncork();
        _wakes.Should().Be(1);
    }

    [Fact]
    public void Outbox_CorkedWithMuchInIt_WakesTheLoop()
    {
        _outbox.Cork();
        for (int i = 0; i < 1000 && _wakes == 0; i++)
        {
            Post(i);
        }

        _wakes.Should().Be(1);
        _outbox.Uncork();
        _wakes.Should().Be(1);
    }

    [Fact]
    public void Outbox_UncorkedWithNothingInIt_WakesNobodyAndStillWakesForTheNext()
    {
        _outbox.Cork();
        _outbox.Uncork();
        _wakes.Should().Be(0);

        Post(1);
        _wakes.Should().Be(1);
    }

    [Fact]
    public void Batch_OfMessagesToldOneAfterTheOther_KnowsWhenItsFirstWasTold()
    {
        long told = _clock.GetTimestamp();
        Post(1);
        _clock.Advance(TimeSpan.FromSeconds(3));
        Post(2);

        _outbox.TakeFrames()!.Since.Should().Be(told);
        _outbox.EndFrames();
        Post(3);
        _outbox.TakeFrames()!.Since.Should().Be(_clock.GetTimestamp());
    }

    private void Post(int number) => _outbox.Post((ref MessagePackWriter writer) =>
    {
        writer.WriteArrayHeader(2);
        writer.Write((int)FrameKind.AskFailed);
        writer.Write(number);
    });

    private void Drain()
    {
        while (_outbox.TakeFrames() is not null)
        {
            _outbox.EndFrames();
        }
    }
}
