using FedActors.Actors.Remoting;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Actors.Remoting;

public sealed class AsyncSignalTests
{
    private readonly AsyncSignal _signal = new();
    private int _told;
    private volatile int _seen;

    [Fact]
    public async Task Waiter_ToldAtAnyMoment_SeesAllThatItWasToldOf()
    {
        const int Rounds = 20_000;
        const int LatestStep = 200;
        var waiting = Task.Run(() => WaitAsync(2 * Rounds));

        for (int round = 1; round <= Rounds; round++)
        {
            for (int step = round % LatestStep; step > 0; step--)
            {
                // About a nanosecond: the two come anywhere on the way on which the waiter begins to wait again.
                Volatile.Read(ref _told);
            }

            Tell((2 * round) - 1);
            Tell(2 * round);
            await Eventually.True(() => _seen == 2 * round, "the waiter is not left asleep");
        }

        await waiting.Limit();
    }

    private void Tell(int number)
    {
        Volatile.Write(ref _told, number);
        _signal.Set(isAwaited: false);
    }

    private async Task WaitAsync(int last)
    {
        while ((_seen = Volatile.Read(ref _told)) < last)
        {
            await _signal.WaitAsync();
        }
    }
}
