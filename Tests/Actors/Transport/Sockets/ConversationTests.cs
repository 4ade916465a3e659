using FedActors.Actors.Transport.Sockets;

namespace FedActors.Tests.Actors.Transport.Sockets;

/// <summary>What comes in small pieces one soon after the other is a conversation; nothing else is.</summary>
public sealed class ConversationTests
{
    private readonly ManualTimeProvider _clock = new();
    private readonly Conversation _conversation;

    public ConversationTests() => _conversation = new Conversation(_clock);

    [Fact]
    public void OnRead_SmallOnesInARow_MakeItQuickFromTheEighth()
    {
        Read(Conversation.ReadsBefore - 1);
        _conversation.IsQuick.Should().BeFalse();

        Read(1);
        _conversation.IsQuick.Should().BeTrue();
    }

    [Fact]
    public void OnRead_AfterAPause_EndsIt()
    {
        Read(Conversation.ReadsBefore);
        _clock.Advance(Conversation.LongestPause + TimeSpan.FromTicks(1));

        Read(1);

        _conversation.IsQuick.Should().BeFalse();
    }

    [Fact]
    public void OnRead_Bulk_EndsIt()
    {
        Read(Conversation.ReadsBefore);

        _conversation.OnRead(Conversation.BulkBytes);

        _conversation.IsQuick.Should().BeFalse();
    }

    [Fact]
    public void OnHolding_AgainAndAgain_EndsItAtOnceAndForLongerEachTime()
    {
        List<int> without = [];
        for (int time = 0; time < 10; time++)
        {
            Read(Conversation.ReadsBefore);
            without.Add(ReadsWithout());
        }

        without.Should().Equal([.. new[] { 1, 2, 4, 8, 16, 32, 64, 128, 256, 256 }.Select(times => times * Conversation.ReadsAfterHolding)]);
    }

    [Fact]
    public void OnHolding_LongAfterTheLastTime_EndsItForAsLongAsAtFirst()
    {
        Read(Conversation.ReadsBefore);
        ReadsWithout();
        ReadsWithout();
        Read(Conversation.Soon * 2 * Conversation.ReadsAfterHolding);

        ReadsWithout().Should().Be(Conversation.ReadsAfterHolding);
    }

    /// <summary>A machine on which there are pauses is no reason to wait for ever.</summary>
    [Fact]
    public void OnHolding_ReadsWithPausesAfterIt_CountToo()
    {
        _conversation.OnHolding();
        for (int i = 0; i < Conversation.ReadsAfterHolding; i++)
        {
            _clock.Advance(Conversation.LongestPause * 2);
            Read(1);
        }

        _conversation.IsQuick.Should().BeFalse();
        Read(Conversation.ReadsBefore);
        _conversation.IsQuick.Should().BeTrue();
    }

    /// <summary>How many reads it takes until it is one again.</summary>
    private int ReadsWithout()
    {
        _conversation.OnHolding();
        _conversation.IsQuick.Should().BeFalse();
        int reads = 0;
        while (!_conversation.IsQuick)
        {
            Read(1);
            reads++;
        }

        return reads;
    }

    private void Read(int times)
    {
        for (int i = 0; i < times; i++)
        {
            _conversation.OnRead(10);
            _clock.Advance(Conversation.LongestPause / 2);
        }
    }
}
