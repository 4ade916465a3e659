namespace FedActors.Actors.Remoting;

/// <summary>Places for connections that are shaking hands. When all are taken, whoever has had one for too long gives way to the next.</summary>
/// <remarks>
/// Refusing newcomers instead would let a few hundred silent connections keep every honest node out. The next one waits while nobody
/// has been here for long, and what comes behind it waits with the operating system.
/// </remarks>
internal sealed class HandshakeRoom(int places, TimeSpan patience, TimeProvider time)
{
    private readonly Lock _sync = new();
    private readonly LinkedList<Visit> _visits = new();

    // What follows runs at once, without a lock: it would leave a simulated node's thread otherwise.
    private TaskCompletionSource? _left;

    /// <summary>Takes a place.</summary>
    /// <exception cref="OperationCanceledException">Nothing is let in any more.</exception>
    public async ValueTask<Visit> EnterAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task left;
            Visit? oldest;
            lock (_sync)
            {
                if (_visits.Count < places)
                {
                    var visit = new Visit(this, time.GetTimestamp());
                    visit.Place = _visits.AddLast(visit);
                    return visit;
                }

                oldest = _visits.First!.Value;
                left = (_left ??= new TaskCompletionSource()).Task;
            }

            await WaitAsync(left, oldest, cancellationToken);
        }
    }

    private async Task WaitAsync(Task left, Visit oldest, CancellationToken cancellationToken)
    {
        TimeSpan remaining = patience - time.GetElapsedTime(oldest.Since);
        if (remaining <= TimeSpan.Zero)
        {
            oldest.End();
            await left.EndAsync(cancellationToken);
            return;
        }

        await left.EndOrLimitAsync(remaining, time, cancellationToken);
    }

    private void Leave(Visit visit)
    {
        TaskCompletionSource? left;
        lock (_sync)
        {
            _visits.Remove(visit.Place!);
            left = _left;
            _left = null;
        }

        left?.SetResult();
    }

    /// <summary>One connection's time in the room.</summary>
    public sealed class Visit(HandshakeRoom room, long since) : IDisposable
    {
        private readonly CancellationTokenSource _over = new();

        /// <summary>When it began.</summary>
        public long Since { get; } = since;

        /// <summary>Cancelled when the connection has to give way.</summary>
        public CancellationToken Over => _over.Token;

        internal LinkedListNode<Visit>? Place { get; set; }

        /// <summary>Frees the place.</summary>
        public void Dispose() => room.Leave(this);

        internal void End() => _over.Cancel();
    }
}
