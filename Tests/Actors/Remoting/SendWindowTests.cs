using FedActors.Actors;
using FedActors.Actors.Remoting;
using FedActors.FL.Numerics;
using FedActors.Tests.TestKit.Remoting;
using FsCheck;
using FsCheck.Fluent;

namespace FedActors.Tests.Actors.Remoting;

/// <summary>What one side has under way of large messages: all that it may, unless small ones go beside them.</summary>
public sealed class SendWindowTests
{
    private const int Narrow = SendWindow.NarrowBytes;
    private const int Wide = 4 * Narrow;
    private const int Grant = 200_000;

    private readonly SendWindow _window = new(Wide, withheld: 0, Grant);

    [Fact]
    public void Room_AtFirst_IsTheWholeWindow()
    {
        _window.Room.Should().Be(Wide);
        new SendWindow(Wide, withheld: Wide - 1, Grant).Room.Should().Be(1);
    }

    [Fact]
    public void Room_AfterASmallMessageBesideLargeOnes_IsNarrow()
    {
        Send(Grant + 1);
        _window.OnSmall();
        _window.Room.Should().Be(Narrow - Grant - 1);

        Send(_window.Room);
        _window.Grant(Grant);
        _window.Room.Should().Be(Grant);
    }

    [Fact]
    public void Room_AfterASmallMessageBesideMoreThanNarrow_IsNothingUntilThatHasArrived()
    {
        Send(Wide);
        _window.OnSmall();

        _window.Grant(Wide - Narrow);
        _window.Room.Should().Be(0);

        _window.Grant(1);
        _window.Room.Should().Be(1);
    }

    /// <summary>What the other side has not granted anew may have arrived long ago.</summary>
    [Fact]
    public void Room_AfterASmallMessageWithNothingUnderWay_IsTheWholeWindow()
    {
        Send(Grant);
        _window.OnSmall();

        _window.Room.Should().Be(Wide - Grant);
    }

    [Fact]
    public void Room_AsLargeMessagesGoAlone_WidensStepByStep()
    {
        Send(Wide);
        _window.OnSmall();
        _window.Grant(Wide);

        long sent = 0;
        int before = Narrow;
        while (_window.Room < Wide)
        {
            _window.Room.Should().Be((int)Math.Max(Narrow, sent / SendWindow.Part)).And.BeInRange(before, before + (Narrow / SendWindow.Part));
            before = _window.Room;
            sent += Narrow;
            Send(Narrow);
            _window.Grant(Narrow);
        }

        sent.Should().Be((long)Wide * SendWindow.Part);
    }

    /// <summary>A small message that comes in the middle of a turn waits for the rest of it, so that is less while there are any.</summary>
    [Fact]
    public void Turn_WithAndWithoutSmallMessages_IsHalfOfWhatMayBeUnderWay()
    {
        _window.Turn.Should().Be(Wide / 2);

        Send(Wide);
        _window.OnSmall();
        _window.Turn.Should().Be(Narrow / 2);

        _window.Grant(Wide);
        Send(2 * Narrow * SendWindow.Part);
        _window.Turn.Should().Be(Narrow);
    }

    [Fact]
    public void Room_WhereTheWindowIsNoWiderThanNarrow_IsTheWholeWindow()
    {
        var window = new SendWindow(Narrow, withheld: 0, Narrow / 2);
        window.OnSent(Narrow);
        window.OnSmall();
        window.Grant(Narrow);

        window.Room.Should().Be(Narrow);
    }

    /// <summary>A node of an earlier release grants by halves of its window, and would wait for more to arrive than it was sent.</summary>
    [Fact]
    public void Room_OfANodeThatGrantsByMuch_IsNeverTooLittleForAGrant()
    {
        var window = new SendWindow(8 * Narrow, withheld: 0, 4 * Narrow);
        window.OnSent(8 * Narrow);
        window.OnSmall();
        window.Grant(8 * Narrow);

        window.Room.Should().Be(8 * Narrow);
    }

    /// <summary>Half of the window is then meant, as in earlier releases.</summary>
    [Fact]
    public void Room_OfANodeThatDoesNotSayByHowMuchItGrants_IsTheWholeWindow()
    {
        SendWindow window = SendWindow.Of(RawPeer.Greeting("peer") with { BulkWindowBytes = Wide });
        window.OnSent(Wide);
        window.OnSmall();
        window.Grant(Wide / 2);

        window.Room.Should().Be(Wide / 2);
    }

    /// <summary>The head of a frame stands in its first record, and what is granted by waited for its last.</summary>
    [Fact]
    public void Grant_OfAWideWindow_IsDueBeforeTheLastRecordOfAFrame()
    {
        const int RecordBytes = 16 * 1024;
        int beforeTheLast = RemotingLimits.Default.MaxFrameBytes - RecordBytes - 16;

        IncomingCredit.GrantBytes(Wide).Should().BeInRange(beforeTheLast - RecordBytes, beforeTheLast);
        IncomingCredit.GrantBytes(1000).Should().Be(500);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    [InlineData(101)]
    [InlineData(int.MaxValue)]
    public void Grant_OfNothingOrMoreThanTheWindow_BreaksTheProtocol(int bytes)
    {
        Send(100);

        FluentActions.Invoking(() => _window.Grant(bytes)).Should().Throw<ProtocolException>();
    }

    /// <summary>Whatever both sides do in whatever order, and whatever the other side grants by: no more is under way than it granted, little after a small message, and neither side waits for the other in vain.</summary>
    [Fact]
    public void Window_InAnyOrderOfEvents_IsKeptAndNeverStandsStill() =>
        FsCheck.Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
            new Pair(new RandomStream((ulong)seed)).Run()));

    private void Send(int bytes) => _window.OnSent(bytes);

    /// <summary>Both sides of a connection.</summary>
    private sealed class Pair
    {
        private const int Steps = 200;

        private readonly RandomStream _random;
        private readonly int _all;
        private readonly int _grant;
        private readonly SendWindow _window;
        private int _underWay;
        private int _ungranted;

        public Pair(RandomStream random)
        {
            _random = random;
            _all = 2 + random.NextInt(random.NextInt(2) == 0 ? 3000 : 8 * Narrow);
            _grant = 1 + random.NextInt(_all / 2);
            _ungranted = random.NextInt(2) * _all;
            _window = new SendWindow(_all, withheld: _ungranted, _grant);
        }

        public bool Run()
        {
            for (int step = 0; step < Steps; step++)
            {
                switch (_random.NextInt(4))
                {
                    case 0:
                        Arrive(_random.NextInt(_underWay + 1));
                        break;
                    case 1:
                        SaySomethingSmall();
                        break;
                    default:
                        SendSome();
                        break;
                }

                int kept = _underWay + _ungranted;
                kept.Should().BeLessThanOrEqualTo(_all);
                (kept + _window.Room).Should().BeLessThanOrEqualTo(_all);
            }

            Arrive(_underWay);
            _window.Room.Should().BeGreaterThanOrEqualTo(_window.LeastRoom, "nothing is under way, so nothing else would ever bring more");
            return true;
        }

        private void Arrive(int bytes)
        {
            _underWay -= bytes;
            _ungranted += bytes;
            if (_ungranted >= _grant)
            {
                _window.Grant(_ungranted);
                _ungranted = 0;
            }
        }

        private void SaySomethingSmall()
        {
            _window.OnSmall();
            int kept = _underWay + _ungranted;
            if (kept > _grant)
            {
                _window.Room.Should().BeLessThanOrEqualTo(Math.Max(Narrow, 2 * _grant) - kept);
            }
        }

        private void SendSome()
        {
            int bytes = Math.Min(_window.Room, 1 + _random.NextInt(_all));
            if (bytes > 0)
            {
                _window.OnSent(bytes);
                _underWay += bytes;
            }
        }
    }
}
