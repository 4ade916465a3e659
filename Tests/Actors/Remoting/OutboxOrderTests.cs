using FedActors.Actors;
using FedActors.Actors.Remoting;
using FedActors.Actors.Transport;
using FedActors.Actors.Transport.Memory;
using FedActors.FL.Numerics;
using FedActors.Tests.TestKit;
using FedActors.Tests.TestKit.Remoting;
using FsCheck;
using FsCheck.Fluent;

namespace FedActors.Tests.Actors.Remoting;

/// <summary>Whatever is told, sent, acknowledged and cut off in whatever order: each actor gets all of its messages once and in the order in which they were told.</summary>
public sealed class OutboxOrderTests : IAsyncDisposable
{
    private const int Steps = 100;
    private const int ChunkBytes = 32 * 1024;

    private readonly ActorSystem _client = TestNodes.Create(new MemoryTransport(), "client");
    private readonly RemoteActorRef[] _targets;

    public OutboxOrderTests()
    {
        RemoteNode node = _client.Remote.Connect(new TransportAddress("127.0.0.1", 1));
        _targets = [.. Enumerable.Range(0, 3).Select(i => (RemoteActorRef)node.ActorOf($"sink-{i}"))];
    }

    [Fact]
    public void Messages_OfAllSizesOverConnectionsThatBreak_ArriveOnceAndInOrder() =>
        FsCheck.Check.One(Config.QuickThrowOnFailure, Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            var session = new Session(_targets, new RandomStream((ulong)seed));
            session.Run();
            return session.Told.Zip(session.Seen).All(pair => pair.First.SequenceEqual(pair.Second));
        }));

    public ValueTask DisposeAsync() => _client.DisposeAsync();

    /// <summary>An outbox, the loop that sends it step by step, and the other side's count of what has come.</summary>
    private sealed class Session(RemoteActorRef[] targets, RandomStream random)
    {
        private readonly Outbox _outbox = new(TestNodes.Registry, RemotingLimits.Default, new QueueBudget(long.MaxValue), new ManualTimeProvider(), _ => { });
        private readonly Queue<Envelope?> _underWay = new();
        private readonly List<int> _receivers = [];
        private long _received;
        private int _streams;

        public List<int>[] Told { get; } = [.. targets.Select(_ => new List<int>())];

        public List<int>[] Seen { get; } = [.. targets.Select(_ => new List<int>())];

        public void Run()
        {
            for (int step = 0; step < Steps; step++)
            {
                switch (random.NextInt(12))
                {
                    case < 5:
                        Tell();
                        break;
                    case < 7:
                        SendBatch();
                        break;
                    case < 9:
                        SendChunk();
                        break;
                    case 9:
                        Arrive(random.NextInt(1 + _underWay.Count));
                        break;
                    case 10:
                        _outbox.Acknowledge(_received);
                        break;
                    default:
                        Break();
                        break;
                }
            }

            for (int turns = 0; SendBatch() | SendChunk(); turns++)
            {
                Arrive(_underWay.Count);
                turns.Should().BeLessThan(100_000, "each turn sends something");
            }
        }

        /// <summary>Mostly one small message, sometimes more than go into one batch, and now and then a large one.</summary>
        private void Tell()
        {
            int to = random.NextInt(targets.Length);
            int count = random.NextInt(25) == 0 ? 3000 : 1;
            bool isLarge = count == 1 && random.NextInt(4) == 0;
            for (int i = 0; i < count; i++)
            {
                int number = _receivers.Count;
                object message = isLarge ? new Blob([number, .. new float[17_000 + random.NextInt(3_000)]]) : new Numbered(number);
                if (_outbox.Offer(targets[to], new Envelope(message, null)) == DeliveryResult.Accepted)
                {
                    Told[to].Add(number);
                }

                _receivers.Add(to);
            }
        }

        private bool SendBatch()
        {
            if (_outbox.TakeFrames() is not { } batch)
            {
                return false;
            }

            foreach (OutboxEntry entry in batch.Entries)
            {
                _underWay.Enqueue(entry.Target is null ? null : entry.Envelope);
            }

            _outbox.EndFrames();
            return true;
        }

        private bool SendChunk()
        {
            if (_outbox.PeekBulk(mayBegin: random.NextInt(4) > 0 || _underWay.Count == 0, out _) is not { } message)
            {
                return !_outbox.IsWritten;
            }

            if (message.StreamId == 0)
            {
                message.StreamId = ++_streams;
            }

            message.ReadChunk(new byte[Math.Min(ChunkBytes, message.Length - message.Sent)]);
            if (message.Sent == message.Length)
            {
                _underWay.Enqueue(message.Envelope);
            }

            _outbox.EndBulkTurn(message);
            return true;
        }

        private void Arrive(int frames)
        {
            for (; frames > 0; frames--)
            {
                _received++;
                if (_underWay.Dequeue() is { } envelope)
                {
                    int number = envelope.Message is Blob blob ? (int)blob.Values[0] : ((Numbered)envelope.Message).Number;
                    Seen[_receivers[number]].Add(number);
                }
            }
        }

        /// <summary>What is under way is lost with the connection, and the next one begins with what the other side has received.</summary>
        private void Break()
        {
            _underWay.Clear();
            _outbox.Rewind(_received);
        }
    }
}
