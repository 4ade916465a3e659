using System.Threading.Channels;

namespace FedActors.Scripts.Measuring.Mailbox;

/// <summary>The least that handles one message at a time on the thread pool: a bounded channel and a mark that says whether it is scheduled.</summary>
/// <remarks>No supervision, middleware, paths, system messages, deadlines or search for what hangs. It is what the actors' speed is held against.</remarks>
internal abstract class RawActor : IThreadPoolWorkItem
{
    private const int Capacity = 1000;
    private const int Throughput = 256;

    private readonly Channel<RawMessage> _channel = Channel.CreateBounded<RawMessage>(new BoundedChannelOptions(Capacity) { SingleReader = true });
    private int _scheduled;

    public void Tell(object content, RawActor? sender)
    {
        if (!_channel.Writer.TryWrite(new RawMessage(content, sender)))
        {
            throw new InvalidOperationException("A bare channel is full: more is in flight than it holds.");
        }

        Wake();
    }

    public void Execute()
    {
        for (int i = 0; i < Throughput; i++)
        {
            if (!_channel.Reader.TryRead(out RawMessage message))
            {
                Interlocked.Exchange(ref _scheduled, 0);
                if (_channel.Reader.Count > 0)
                {
                    Wake();
                }

                return;
            }

            Receive(message.Content, message.Sender);
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    protected abstract void Receive(object content, RawActor? sender);

    private void Wake()
    {
        if (Interlocked.CompareExchange(ref _scheduled, 1, 0) == 0)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: true);
        }
    }

    private readonly record struct RawMessage(object Content, RawActor? Sender);
}
