using System.Collections.Concurrent;
using FedActors.FL.Gossip;
using FedActors.FL.Roles;

namespace FedActors.Tests.FL.Roles.Gossip;

/// <summary>Keeps all that peers tell.</summary>
internal sealed class RecordingPeerObserver : IPeerObserver
{
    private TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ConcurrentQueue<PeerRound> Rounds { get; } = new();

    public ConcurrentQueue<PeerStatus> Statuses { get; } = new();

    public ConcurrentQueue<(string At, MemberChange Change)> Members { get; } = new();

    public ConcurrentQueue<(string At, string Text)> Troubles { get; } = new();

    /// <summary>Awaits that something holds; it is looked at whenever a peer has told something, and no processor is kept busy in between.</summary>
    public async Task UntilAsync(Func<bool> condition, TimeSpan limit, string because)
    {
        using var late = new CancellationTokenSource(limit, TimeProvider.System);
        while (true)
        {
            Task news = Volatile.Read(ref _news).Task;
            if (condition())
            {
                return;
            }

            try
            {
                await news.WaitAsync(late.Token);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"Not within {limit}: {because}. The last that was told: {string.Join(' ', Statuses.TakeLast(4))}");
            }
        }
    }

    public void OnRound(PeerRound round) => Tell(Rounds, round);

    public void OnStatus(PeerStatus status) => Tell(Statuses, status);

    public void OnMember(string peer, MemberChange change) => Tell(Members, (peer, change));

    public void OnTrouble(string peer, string text) => Tell(Troubles, (peer, text));

    private void Tell<T>(ConcurrentQueue<T> kept, T told)
    {
        kept.Enqueue(told);
        Interlocked.Exchange(ref _news, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
    }
}
