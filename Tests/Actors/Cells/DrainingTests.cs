using FedActors.Actors;
using FedActors.Actors.Scheduling;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Actors.Cells;

/// <summary>
/// What a handler awaits may be done at any moment. The loop once looked twice whether it was, and where it was done between the two
/// looks it took its turn for ended, and the actor never ran again.
/// </summary>
public sealed class DrainingTests
{
    private const int Messages = 30_000;

    [Fact]
    public async Task Actor_WhoseAwaitedWorkEndsAtAnyMoment_HandlesEveryMessage()
    {
        await using var system = new ActorSystem(new ActorSystemOptions());
        var partner = new Partner();
        ActorRef actor = system.Spawn(Props.Create(() => new ElsewhereActor(partner)) with { Scheduler = new OneMessageATurn() }, "actor");
        var ending = new Thread(partner.EndAll) { IsBackground = true };
        ending.Start();

        for (int i = 0; i < Messages; i++)
        {
            await actor.TellAsync(i);
        }

        await Eventually.True(() => partner.Ended == Messages, "every message is handled");
        partner.IsLeft = true;
        ending.Join();
    }

    /// <summary>Begins each message on a thread of the pool, however the one before ended.</summary>
    private sealed class OneMessageATurn : ActorScheduler
    {
        public override int Throughput => 1;

        public override void Schedule(IThreadPoolWorkItem work) => ThreadPool.UnsafeQueueUserWorkItem(work, preferLocal: false);
    }

    /// <summary>A thread of its own that ends what handlers await, each a little later after its beginning than the one before.</summary>
    private sealed class Partner
    {
        private const int LatestStep = 1_000;
        private TaskCompletionSource? _begun;
        private volatile int _ended;

        public volatile bool IsLeft;

        public int Ended => _ended;

        public Task Begin()
        {
            var source = new TaskCompletionSource();
            Volatile.Write(ref _begun, source);
            return source.Task;
        }

        public void EndAll()
        {
            SpinWait waiting = default;
            while (!IsLeft)
            {
                if (Interlocked.Exchange(ref _begun, null) is not { } begun)
                {
                    waiting.SpinOnce(sleep1Threshold: -1);
                    continue;
                }

                for (int step = _ended % LatestStep; step > 0; step--)
                {
                    // About a nanosecond: finer than anything that waits.
                    Volatile.Read(ref _begun);
                }

                _ended++;
                begun.SetResult();
                waiting.Reset();
            }
        }
    }

    private sealed class ElsewhereActor(Partner partner) : Actor
    {
        protected internal override async ValueTask OnReceiveAsync(ActorContext context, object message) => await partner.Begin();
    }
}
