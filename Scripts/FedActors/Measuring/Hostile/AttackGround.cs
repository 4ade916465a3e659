using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using FedActors.FL.Numerics;

namespace FedActors.Scripts.Measuring.Hostile;

/// <summary>What attackers stand on: targets, words, and the connections that they hold.</summary>
internal sealed class AttackGround(AttackTargets targets, RecordedWords words, TimeProvider time) : IDisposable
{
    private readonly RandomStream _random = new(seed: 1);
    private readonly Queue<Socket> _held = new();
    private readonly Lock _sync = new();

    public AttackTargets Targets { get; } = targets;

    public RecordedWords Words { get; } = words;

    public TimeProvider Time { get; } = time;

    /// <summary>Words with some bytes changed behind the first <paramref name="kept"/>.</summary>
    public byte[] Damaged(byte[] right, int kept)
    {
        lock (_sync)
        {
            return RecordedWords.Damaged(right, kept, _random);
        }
    }

    /// <summary>Connects, says something, and awaits the other side's end.</summary>
    public async Task SayAsync(bool secure, int number, CancellationToken cancellationToken, params byte[][] said)
    {
        using Socket socket = await Targets.ConnectAsync(secure, number, cancellationToken).ConfigureAwait(false);
        if (!await TrySendAsync(socket, said, cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        try
        {
            socket.Shutdown(SocketShutdown.Send);
            byte[] ignored = new byte[4096];
            while (await socket.ReceiveAsync(ignored, cancellationToken).ConfigureAwait(false) > 0)
            {
                // A refusal, or an answer.
            }
        }
        catch (SocketException)
        {
            // It hung up, which is an answer, too.
        }
    }

    /// <summary>Connects, says something, and neither reads nor closes until so many others have come after.</summary>
    public async Task HoldAsync(bool secure, int number, int most, CancellationToken cancellationToken, params byte[][] said)
    {
        Socket socket = await Targets.ConnectAsync(secure, number, cancellationToken).ConfigureAwait(false);
        Socket? oldest = null;
        lock (_sync)
        {
            _held.Enqueue(socket);
            if (_held.Count > most)
            {
                oldest = _held.Dequeue();
            }
        }

        oldest?.Dispose();
        await TrySendAsync(socket, said, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A TLS handshake to its end, as anybody can make it, at which the other side finds no certificate.</summary>
    public async Task ShakeHandsWithoutCertificateAsync(int number, CancellationToken cancellationToken)
    {
        using Socket socket = await Targets.ConnectAsync(secure: true, number, cancellationToken).ConfigureAwait(false);
        await using var ssl = new SslStream(new NetworkStream(socket));
        var anybody = new SslClientAuthenticationOptions { TargetHost = "localhost", RemoteCertificateValidationCallback = static (_, _, _, _) => true };
        try
        {
            await ssl.AuthenticateAsClientAsync(anybody, cancellationToken).ConfigureAwait(false);
            await ssl.WriteAsync(new byte[1], cancellationToken).ConfigureAwait(false);
            byte[] ignored = new byte[64];
            while (await ssl.ReadAsync(ignored, cancellationToken).ConfigureAwait(false) > 0)
            {
                // Its verdict.
            }
        }
        catch (Exception e) when (e is IOException or AuthenticationException)
        {
            // It hung up, which is an answer, too.
        }
    }

    /// <summary>Lets go of what is held.</summary>
    public void Release()
    {
        lock (_sync)
        {
            while (_held.TryDequeue(out Socket? socket))
            {
                socket.Dispose();
            }
        }
    }

    public void Dispose() => Release();

    private static async Task<bool> TrySendAsync(Socket socket, byte[][] said, CancellationToken cancellationToken)
    {
        try
        {
            foreach (byte[] words in said)
            {
                await socket.SendAsync(words, cancellationToken).ConfigureAwait(false);
            }

            return true;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It hung up, or others have come after.
            return false;
        }
    }
}
