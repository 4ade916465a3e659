namespace FedActors.Scripts.Measuring.Transport;

/// <summary>A few bytes there and back, one after the other: two asynchronous writes and two asynchronous reads for each.</summary>
internal sealed class RawEcho(bool tls, TimeProvider time) : RawWorkload(tls, time)
{
    // About what a small question takes on the wire.
    private const int Bytes = 32;

    // First byte of what is not answered.
    private const byte End = 1;

    private readonly Latencies _latencies = new(time);

    /// <returns>The median and the 99th percentile in microseconds.</returns>
    protected override async Task<double[]> WorkAsync(RawPair pair, TimeSpan duration, CancellationToken cancellationToken)
    {
        Task echo = EchoAsync(pair.Far);
        byte[] bytes = new byte[Bytes];
        long started = Time.GetTimestamp();
        while (Time.GetElapsedTime(started) < duration)
        {
            long asked = Time.GetTimestamp();
            await pair.Near.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
            await pair.Near.ReadExactlyAsync(bytes, cancellationToken).ConfigureAwait(false);
            _latencies.Add(asked);
        }

        bytes[0] = End;
        await pair.Near.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
        await echo.ConfigureAwait(false);
        (double median, double most) = _latencies.Take();
        return [median, most];
    }

    private static async Task EchoAsync(Stream stream)
    {
        byte[] bytes = new byte[Bytes];
        while (true)
        {
            await stream.ReadExactlyAsync(bytes).ConfigureAwait(false);
            if (bytes[0] == End)
            {
                return;
            }

            await stream.WriteAsync(bytes).ConfigureAwait(false);
        }
    }
}
