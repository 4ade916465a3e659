namespace FedActors.Scripts.Measuring.Hostile;

/// <summary>One way to attack a listener, again and again on connections of its own.</summary>
/// <param name="Name">What it is called in a table and in JSON.</param>
/// <param name="Secure">Whether the port with TLS is attacked.</param>
/// <param name="AttackAsync">One attempt: given what it needs, and its number.</param>
internal sealed record HostileAttack(string Name, bool Secure, Func<AttackGround, int, CancellationToken, Task> AttackAsync)
{
    // More than may shake hands at once.
    private const int Held = 300;

    // Peers that were let in, each with more answers than a connection's buffers hold.
    private const int Deaf = 100;
    private const int Questions = 2_000;

    private const int PlainPrefix = 4;
    private const int TlsPrefix = 1;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(1);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<HostileAttack> All { get; } =
    [
        new("connections opened and closed", false, static async (ground, number, cancellationToken) =>
            (await ground.Targets.ConnectAsync(secure: false, number, cancellationToken).ConfigureAwait(false)).Dispose()),
        new("damaged greetings", false, static (ground, number, cancellationToken) =>
            ground.SayAsync(false, number, cancellationToken, ground.Damaged(ground.Words.HelloOf(number), PlainPrefix))),
        new("damaged frames after the handshake", false, static (ground, number, cancellationToken) =>
            ground.SayAsync(false, number, cancellationToken, ground.Words.HelloOf(number), ground.Words.Ready, ground.Damaged(ground.Words.Question, PlainPrefix))),
        new("handshakes replayed", false, static (ground, number, cancellationToken) =>
            ground.SayAsync(false, number, cancellationToken, ground.Words.Hello, ground.Words.Ready, ground.Words.Question)),
        new("TLS on a plain port", false, static (ground, number, cancellationToken) => ground.SayAsync(false, number, cancellationToken, ground.Words.ClientHello)),
        new("greetings byte by byte", false, static async (ground, number, cancellationToken) =>
        {
            await ground.HoldAsync(false, number, Held, cancellationToken, ground.Words.Hello[..1]).ConfigureAwait(false);
            await Task.Delay(Pause, ground.Time, cancellationToken).ConfigureAwait(false);
        }),
        new("plain words on a TLS port", true, static (ground, number, cancellationToken) => ground.SayAsync(true, number, cancellationToken, ground.Words.Hello)),
        new("damaged TLS handshakes", true, static (ground, number, cancellationToken) =>
            ground.SayAsync(true, number, cancellationToken, ground.Damaged(ground.Words.ClientHello, TlsPrefix))),
        new("TLS without a certificate", true, static (ground, number, cancellationToken) => ground.ShakeHandsWithoutCertificateAsync(number, cancellationToken)),
        new("questions without reading", false, static async (ground, number, cancellationToken) =>
        {
            byte[] questions = [.. Enumerable.Repeat(ground.Words.Question, Questions).SelectMany(bytes => bytes)];
            await ground.HoldAsync(false, number, Deaf, cancellationToken, ground.Words.HelloOf(number), ground.Words.Ready, questions).ConfigureAwait(false);
            await Task.Delay(50 * Pause, ground.Time, cancellationToken).ConfigureAwait(false);
        }),
    ];
}
