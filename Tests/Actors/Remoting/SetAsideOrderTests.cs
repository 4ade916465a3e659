using FedActors.Actors;
using FedActors.Actors.Mailboxes;
using FedActors.Actors.Remoting;
using FedActors.Actors.Transport.Memory;
using FedActors.FL.Numerics;
using FedActors.Tests.TestKit;
using FedActors.Tests.TestKit.Remoting;
using FsCheck;
using FsCheck.Fluent;

namespace FedActors.Tests.Actors.Remoting;

/// <summary>Whatever arrives for actors that are slow, hang or end, and whatever waits aside: each message is handled once and in order, or is a dead letter, and nothing is held in the end.</summary>
public sealed class SetAsideOrderTests
{
    private const int Steps = 120;

    [Fact]
    public void Messages_ForActorsThatAreSlowHangOrEnd_AreHandledInOrderOrDeadLetters() =>
        FsCheck.Check.One(Config.QuickThrowOnFailure, Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            var session = new Session(new RandomStream((ulong)seed));
            session.Run();
            session.HoldsNothing().Should().BeTrue();
            return session.IsInOrder();
        }));

    /// <summary>A node in virtual time, with an actor in place of the loop that receives.</summary>
    private sealed class Session
    {
        private const int Targets = 3;
        private const int LargeBytes = 100_000;

        private readonly RandomStream _random;
        private readonly ActorWorld _world;
        private readonly Endpoint _endpoint;
        private readonly ActorRef _loop;
        private readonly ActorRef[] _targets = new ActorRef[Targets];
        private readonly SemaphoreSlim[] _permits = new SemaphoreSlim[Targets];
        private readonly List<(int Target, int Number)> _handled = [];
        private readonly int[] _lives = new int[Targets];
        private int _arrived;
        private int _done;

        public Session(RandomStream random)
        {
            _random = random;
            _world = new ActorWorld(options => options with
            {
                Remoting = new RemotingOptions
                {
                    Transport = new MemoryTransport(),
                    Registry = TestNodes.Registry,
                    Limits = RemotingLimits.Default with { MaxSetAsideBytes = 4096, MaxUnhandledBytes = LargeBytes },
                },
            });
            _endpoint = new Endpoint(_world.System.Remote, "peer", "peer");
            _loop = _world.Spawn("loop", async (_, message) =>
            {
                await DeliverAsync((Arrival)message);
                _done++;
            });
            for (int i = 0; i < Targets; i++)
            {
                SpawnTarget(i);
            }
        }

        public void Run()
        {
            for (int step = 0; step < Steps; step++)
            {
                int target = _random.NextInt(Targets);
                switch (_random.NextInt(20))
                {
                    case < 11:
                        _world.Tell(_loop, new Arrival(_targets[target], _arrived++, _random.NextInt(4) == 0));
                        break;
                    case < 16:
                        _permits[target].Release(1 + _random.NextInt(3));
                        _world.Run();
                        break;
                    case < 18:
                        _world.Advance(TimeSpan.FromMilliseconds(1 + _random.NextInt(40)));
                        break;
                    case 18:
                        _world.Advance(TimeSpan.FromSeconds(1 + _random.NextInt(12)));
                        break;
                    default:
                        EndTarget(target);
                        SpawnTarget(target);
                        break;
                }
            }

            foreach (SemaphoreSlim permit in _permits)
            {
                permit.Release(10 * Steps);
            }

            _world.Advance(TimeSpan.FromMinutes(1));
        }

        /// <summary>Each is one or the other, and those that one actor has handled came in their order.</summary>
        public bool IsInOrder()
        {
            int[] dead = [.. _world.DeadLetters.Select(letter => ((Numbered)letter.Message).Number)];
            return _handled.Select(one => one.Number).Concat(dead).Order().SequenceEqual(Enumerable.Range(0, _arrived))
                && _handled.GroupBy(one => one.Target).All(all => all.Select(one => one.Number).SequenceEqual(all.Select(one => one.Number).Order()));
        }

        public bool HoldsNothing() =>
            _done == _arrived && _endpoint.Unhandled.Held == 0 && _targets.All(target => ((LocalActorRef)target).Cell.WaitingAside == 0);

        private void SpawnTarget(int index)
        {
            SemaphoreSlim permit = _permits[index] = new SemaphoreSlim(0);
            int life = (Targets * _lives[index]++) + index;
            _targets[index] = _world.Spawn(
                $"target-{life}",
                Props.FromBehaviour(async (_, message) =>
                {
                    _handled.Add((life, ((Numbered)message).Number));
                    await permit.WaitAsync();
                }) with { Mailbox = new MailboxOptions { Capacity = 1 + index } });
        }

        /// <summary>What it has in hand it ends first.</summary>
        private void EndTarget(int index)
        {
            _world.Stop(_targets[index]);
            _permits[index].Release(1);
            _world.Run();
        }

        /// <summary>As the receiving loop does it.</summary>
        private async ValueTask DeliverAsync(Arrival arrived)
        {
            var message = new Numbered(arrived.Number);
            if (!arrived.IsLarge)
            {
                await (_endpoint.Deliver(arrived.Target, new Envelope(message), bytes: 10, isOnly: false, CancellationToken.None) ?? Task.CompletedTask);
                return;
            }

            var arrival = new LargeArrival(_endpoint.Unhandled, LargeBytes);
            arrival.Enter();
            var envelope = new Envelope(message, null, new MessageHeaders { Arrival = arrival });
            await (arrival.LeaveAfter(_endpoint.Deliver(arrived.Target, envelope, bytes: 0, isOnly: false, CancellationToken.None)) ?? Task.CompletedTask);
        }
    }

    private sealed record Arrival(ActorRef Target, int Number, bool IsLarge);
}
