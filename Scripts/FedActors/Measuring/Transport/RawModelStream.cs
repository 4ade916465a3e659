namespace FedActors.Scripts.Measuring.Transport;

/// <summary>As many bytes as <see cref="ModelStream"/> moves, with an acknowledgement of a few bytes for each message's worth, from one buffer into another.</summary>
internal sealed class RawModelStream(bool tls, int bytes, TimeProvider time) : RawWorkload(tls, time)
{
    private const int WriteBytes = 256 * 1024;
    private const int ReadBytes = 1024 * 1024;
    private const int AcknowledgementBytes = 16;

    private readonly byte[] _message = ModelContent.Bytes(bytes);
    private readonly SemaphoreSlim _room = new(ModelStream.InFlight);
    private Task _receiving = Task.CompletedTask;
    private Task? _counting;

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync().ConfigureAwait(false);
        await EndAsync(_receiving).ConfigureAwait(false);
        await EndAsync(_counting ?? Task.CompletedTask).ConfigureAwait(false);
        _room.Dispose();
    }

    /// <returns>Bytes per second.</returns>
    protected override async Task<double[]> WorkAsync(RawPair pair, TimeSpan duration, CancellationToken cancellationToken)
    {
        if (_counting is null)
        {
            _receiving = ReceiveAsync(pair.Far);
            _counting = CountAsync(pair.Near);
        }

        long started = Time.GetTimestamp();
        int sent = 0;
        for (; Time.GetElapsedTime(started) < duration; sent++)
        {
            await _room.WaitAsync(cancellationToken).ConfigureAwait(false);
            for (int at = 0; at < bytes; at += WriteBytes)
            {
                await pair.Near.WriteAsync(_message.AsMemory(at, Math.Min(WriteBytes, bytes - at)), cancellationToken).ConfigureAwait(false);
            }
        }

        for (int i = 0; i < ModelStream.InFlight; i++)
        {
            await _room.WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        _room.Release(ModelStream.InFlight);
        return [(double)sent * bytes / Time.GetElapsedTime(started).TotalSeconds];
    }

    private async Task ReceiveAsync(Stream stream)
    {
        byte[] into = new byte[ReadBytes];
        byte[] acknowledgement = new byte[AcknowledgementBytes];
        while (true)
        {
            for (int left = bytes; left > 0;)
            {
                int read = await stream.ReadAsync(into.AsMemory(0, Math.Min(into.Length, left))).ConfigureAwait(false);
                left -= read > 0 ? read : throw new EndOfStreamException("The connection was closed.");
            }

            await stream.WriteAsync(acknowledgement).ConfigureAwait(false);
        }
    }

    private async Task CountAsync(Stream stream)
    {
        byte[] acknowledgement = new byte[AcknowledgementBytes];
        while (true)
        {
            await stream.ReadExactlyAsync(acknowledgement).ConfigureAwait(false);
            _room.Release();
        }
    }

    /// <summary>Closing the pair is how the loops end.</summary>
    private static async Task EndAsync(Task loop)
    {
        try
        {
            await loop.ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // It read when the pair was closed.
        }
    }
}
