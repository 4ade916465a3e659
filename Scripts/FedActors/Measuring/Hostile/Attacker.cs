using System.Globalization;
using System.Security.Cryptography;

namespace FedActors.Scripts.Measuring.Hostile;

/// <summary>The attackers' process: it does what it is told line by line, until there are no more lines.</summary>
/// <remarks>
/// <c>attack N</c> begins an attack, <c>burn SHARE</c> begins to use so many cores without touching anybody; each is answered with
/// <c>begun</c>. <c>stop</c> ends it and is answered with attempts, seconds and processor seconds.
/// </remarks>
internal sealed class Attacker(AttackTargets targets, TimeProvider time)
{
    // As many as keep a small machine's cores busy, and few enough that each gets its answers.
    private const int Workers = 4;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(1);

    private long _attempts;

    public async Task RunAsync(TextReader orders, TextWriter answers, CancellationToken cancellationToken)
    {
        RecordedWords words = await RecordedWords.RecordAsync(targets, time, cancellationToken).ConfigureAwait(false);
        using var ground = new AttackGround(targets, words, time);
        await answers.WriteLineAsync("ready").ConfigureAwait(false);
        while (await orders.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } order)
        {
            string[] parts = order.Split(' ');
            using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            TimeSpan used = Environment.CpuUsage.TotalTime;
            long started = time.GetTimestamp();
            long before = Interlocked.Read(ref _attempts);
            Task work = parts[0] == "attack"
                ? AttackAsync(ground, HostileAttack.All[int.Parse(parts[1], CultureInfo.InvariantCulture)], over.Token)
                : BurnAsync(double.Parse(parts[1], CultureInfo.InvariantCulture), used, started, over.Token);
            await answers.WriteLineAsync("begun").ConfigureAwait(false);
            string? stop = await orders.ReadLineAsync(cancellationToken).ConfigureAwait(false);
            long attempts = Interlocked.Read(ref _attempts) - before;
            TimeSpan took = time.GetElapsedTime(started);
            TimeSpan processor = Environment.CpuUsage.TotalTime - used;
            await over.CancelAsync().ConfigureAwait(false);
            await work.ConfigureAwait(false);
            ground.Release();
            if (stop is null)
            {
                return;
            }

            await answers.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{attempts} {took.TotalSeconds} {processor.TotalSeconds}")).ConfigureAwait(false);
        }
    }

    private Task AttackAsync(AttackGround ground, HostileAttack attack, CancellationToken cancellationToken) => WorkAsync(async () =>
    {
        await attack.AttackAsync(ground, (int)Interlocked.Increment(ref _attempts), cancellationToken).ConfigureAwait(false);
        return true;
    });

    /// <summary>Uses processors as an attack does, in short pieces on as many tasks.</summary>
    private Task BurnAsync(double cores, TimeSpan used, long started, CancellationToken cancellationToken)
    {
        byte[] bytes = new byte[16 * 1024];
        return WorkAsync(async () =>
        {
            SHA256.HashData(bytes);
            if ((Environment.CpuUsage.TotalTime - used).TotalSeconds > cores * time.GetElapsedTime(started).TotalSeconds)
            {
                await Task.Delay(Pause, time, cancellationToken).ConfigureAwait(false);
            }

            return !cancellationToken.IsCancellationRequested;
        });
    }

    private static Task WorkAsync(Func<Task<bool>> once) => Task.WhenAll(Enumerable.Range(0, Workers).Select(_ => Task.Run(async () =>
    {
        try
        {
            while (await once().ConfigureAwait(false))
            {
                // Again.
            }
        }
        catch (OperationCanceledException)
        {
            // It was told to stop.
        }
    })));
}
