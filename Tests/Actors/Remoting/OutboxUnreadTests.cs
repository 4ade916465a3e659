using FedActors.Actors.Remoting;
using FedActors.Actors.Remoting.Frames;
using FedActors.Actors.Serialization;
using FedActors.Tests.TestKit;
using FedActors.Tests.TestKit.Remoting;

namespace FedActors.Tests.Actors.Remoting;

/// <summary>Who has not shown that it reads may leave little unread; who has, as much as the outbox holds.</summary>
public sealed class OutboxUnreadTests
{
    /// <summary>So many frames of a few bytes and 128 more are over a thousand.</summary>
    private const int First = 8;

    private const int Shown = 32;

    private readonly Outbox _outbox = new(
        TestNodes.Registry, RemotingLimits.Default with { UnreadBytesAtFirst = 1000 }, new QueueBudget(long.MaxValue), new ManualTimeProvider(), _ => { });

    [Theory]
    [InlineData(0, true)]
    [InlineData(Shown - 1, true)]
    [InlineData(Shown, false)]
    public void Unread_AfterAWord_IsTooMuchUnlessItWasOfEnough(int received, bool isUnread)
    {
        Send(10 * Shown);

        _outbox.Acknowledge(received);

        _outbox.IsUnread.Should().Be(isUnread);
    }

    [Fact]
    public void Unread_FewBytes_AreNotTooMuch()
    {
        Send(First - 1);
        _outbox.IsUnread.Should().BeFalse();

        Send(1);
        _outbox.IsUnread.Should().BeTrue();
    }

    [Fact]
    public void Unread_AfterAnOldWord_IsAsAfterTheLatest()
    {
        Send(10 * Shown);
        _outbox.Acknowledge(Shown);

        _outbox.Acknowledge(1);

        _outbox.IsUnread.Should().BeFalse();
    }

    [Fact]
    public void Unread_InANewSession_IsTooMuchOnceMore()
    {
        Send(10 * Shown);
        _outbox.Acknowledge(Shown);

        _outbox.RemoveAll();

        Send(First);
        _outbox.IsUnread.Should().BeTrue();
    }

    private void Send(int count)
    {
        for (int i = 0; i < count; i++)
        {
            _outbox.Post((ref MessagePackWriter writer) =>
            {
                writer.WriteArrayHeader(1);
                writer.Write((int)FrameKind.AskFailed);
            });
        }

        while (_outbox.TakeFrames() is not null)
        {
            _outbox.EndFrames();
        }
    }
}
