using System.Buffers.Binary;
using System.Threading.Channels;

namespace FedActors.Scripts.Measuring.Transport;

/// <summary>The least that takes small messages from one queue to another over a connection: take what is queued, write it in one piece, read, cut, make objects, queue.</summary>
/// <remarks>No names, types, acknowledgements, limits or sessions, and one way only. Frames are as long as those of <see cref="RemotePingPong"/>.</remarks>
internal sealed class RawTells(bool tls, TimeProvider time) : RawWorkload(tls, time)
{
    private const int FrameBytes = 14;
    private const int BufferBytes = 64 * 1024;
    private const int QueueLength = RemotePingPong.Pairs * RemotePingPong.InFlight;

    // Told last. A connection that is closed with bytes unread takes back what was sent.
    private static readonly Ball End = new(-1);

    /// <returns>Messages per second, and bytes allocated for each.</returns>
    protected override async Task<double[]> WorkAsync(RawPair pair, TimeSpan duration, CancellationToken cancellationToken)
    {
        var options = new BoundedChannelOptions(QueueLength) { SingleReader = true, SingleWriter = true };
        Channel<Ball> outgoing = Channel.CreateBounded<Ball>(options);
        Channel<Ball> incoming = Channel.CreateBounded<Ball>(options);
        Task send = SendAsync(outgoing.Reader, pair.Near);
        Task receive = ReceiveAsync(pair.Far, incoming.Writer);
        Task<long> count = CountAsync(incoming.Reader);
        long started = Time.GetTimestamp();
        long allocated = GC.GetTotalAllocatedBytes();
        while (Time.GetElapsedTime(started) < duration && await outgoing.Writer.WaitToWriteAsync(cancellationToken).ConfigureAwait(false))
        {
            for (int i = 0; i < QueueLength && outgoing.Writer.TryWrite(new Ball(i)); i++)
            {
            }
        }

        await outgoing.Writer.WriteAsync(End, cancellationToken).ConfigureAwait(false);
        outgoing.Writer.Complete();
        await Task.WhenAll(send, receive).ConfigureAwait(false);
        long messages = await count.ConfigureAwait(false);
        return [messages / Time.GetElapsedTime(started).TotalSeconds, (GC.GetTotalAllocatedBytes() - allocated) / (double)messages];
    }

    private static async Task SendAsync(ChannelReader<Ball> balls, Stream stream)
    {
        byte[] buffer = new byte[BufferBytes];
        while (await balls.WaitToReadAsync().ConfigureAwait(false))
        {
            int length = 0;
            for (; length + FrameBytes <= buffer.Length && balls.TryRead(out Ball? ball); length += FrameBytes)
            {
                BinaryPrimitives.WriteInt32BigEndian(buffer.AsSpan(length), FrameBytes - sizeof(int));
                BinaryPrimitives.WriteInt32BigEndian(buffer.AsSpan(length + FrameBytes - sizeof(int)), ball.Number);
            }

            await stream.WriteAsync(buffer.AsMemory(0, length)).ConfigureAwait(false);
        }
    }

    private static async Task ReceiveAsync(Stream stream, ChannelWriter<Ball> balls)
    {
        byte[] buffer = new byte[BufferBytes];
        int length = 0;
        while (await stream.ReadAsync(buffer.AsMemory(length)).ConfigureAwait(false) is > 0 and int read)
        {
            length += read;
            int at = 0;
            while (length - at >= sizeof(int) && length - at >= sizeof(int) + BinaryPrimitives.ReadInt32BigEndian(buffer.AsSpan(at)))
            {
                int end = at + sizeof(int) + BinaryPrimitives.ReadInt32BigEndian(buffer.AsSpan(at));
                var ball = new Ball(BinaryPrimitives.ReadInt32BigEndian(buffer.AsSpan(end - sizeof(int))));
                if (ball == End)
                {
                    balls.Complete();
                    return;
                }

                if (!balls.TryWrite(ball))
                {
                    await balls.WriteAsync(ball).ConfigureAwait(false);
                }

                at = end;
            }

            buffer.AsSpan(at, length - at).CopyTo(buffer);
            length -= at;
        }

        throw new IOException("The connection ended before the last message.");
    }

    private static async Task<long> CountAsync(ChannelReader<Ball> balls)
    {
        long count = 0;
        while (await balls.WaitToReadAsync().ConfigureAwait(false))
        {
            while (balls.TryRead(out _))
            {
                count++;
            }
        }

        return count;
    }
}
