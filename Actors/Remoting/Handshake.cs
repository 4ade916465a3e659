using System.Buffers;
using System.IO.Pipelines;
using FedActors.Actors.Remoting.Frames;
using FedActors.Actors.Serialization;
using FedActors.Actors.Transport;

namespace FedActors.Actors.Remoting;

/// <summary>Three frames at the start of a connection: the dialer's Hello, the acceptor's Welcome, the dialer's Ready.</summary>
/// <remarks>
/// Ready is there because two nodes may dial each other at once. A connection is in use only when the dialer, knowing by then whom it
/// reached, says so; until that the acceptor sends nothing that could be lost with it.
/// </remarks>
internal static class Handshake
{
    // The largest greeting, 4,096 types at 11 bytes each, fits.
    private const int MaxFrameBytes = 64 * 1024;

    // A refused peer that goes on sending is cut off.
    private const int MaxReadAfterRefusal = 16;

    /// <summary>Sends a greeting.</summary>
    public static ValueTask<FlushResult> GreetAsync(ITransportConnection connection, FrameKind kind, Greeting greeting, CancellationToken cancellationToken)
    {
        using var frame = new FrameBuffer();
        int start = frame.BeginFrame();
        var writer = new MessagePackWriter(frame);
        greeting.Write(ref writer, kind);
        writer.Flush();
        frame.EndFrame(start);
        connection.Output.Write(frame.Written);
        return connection.Output.FlushAsync(cancellationToken);
    }

    /// <summary>Sends a refusal and closes.</summary>
    public static async Task RefuseAsync(ITransportConnection connection, Refusal refusal, CancellationToken cancellationToken)
    {
        WriteRefusal(connection.Output, refusal);
        await connection.Output.FlushAsync(cancellationToken);
        await connection.FinishAsync();
        await ReadToEndAsync(connection, cancellationToken);
    }

    /// <summary>Reads the other side's greeting.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="expected">Hello or Welcome.</param>
    /// <param name="cancellationToken">Bounds how long a silent peer can hold the connection.</param>
    /// <returns>The greeting, or why the other side refuses.</returns>
    /// <exception cref="ProtocolException">It speaks something else.</exception>
    public static Task<(Greeting? Greeting, Refusal? Refusal)> ReadGreetingAsync(ITransportConnection connection, FrameKind expected, CancellationToken cancellationToken) =>
        ReadFrameAsync<(Greeting?, Refusal?)>(
            connection,
            payload =>
            {
                var reader = new MessagePackReader(payload);
                return FindRefusal(ref reader, expected) is { } refusal ? (null, refusal) : (Greeting.Read(ref reader), null);
            },
            cancellationToken);

    /// <summary>Reads the dialer's decision to use the connection.</summary>
    /// <returns>What the dialer remembers of the session.</returns>
    public static Task<SessionMemory> ReadReadyAsync(ITransportConnection connection, CancellationToken cancellationToken) =>
        ReadFrameAsync(
            connection,
            payload =>
            {
                var reader = new MessagePackReader(payload);
                return FindRefusal(ref reader, FrameKind.Ready) is { } refusal ? throw new HandshakeRefusedException(refusal) : SessionMemory.Read(ref reader);
            },
            cancellationToken);

    /// <summary>Waits until the other side has hung up: closing with bytes unread could take back what was sent.</summary>
    private static async Task ReadToEndAsync(ITransportConnection connection, CancellationToken cancellationToken)
    {
        bool ended = false;
        for (int read = 0; !ended && read < MaxReadAfterRefusal; read++)
        {
            ReadResult result = await connection.Input.ReadAsync(cancellationToken);
            connection.Input.AdvanceTo(result.Buffer.End);
            ended = result.IsCompleted;
        }
    }

    private static void WriteRefusal(PipeWriter output, Refusal refusal)
    {
        using var frame = new FrameBuffer();
        int start = frame.BeginFrame();
        var writer = new MessagePackWriter(frame);
        refusal.Write(ref writer);
        writer.Flush();
        frame.EndFrame(start);
        output.Write(frame.Written);
    }

    private static Refusal? FindRefusal(ref MessagePackReader reader, FrameKind expected)
    {
        reader.ReadFields(known: 1);
        int kind = reader.ReadInt32();
        if (kind == (int)FrameKind.Refuse)
        {
            return Refusal.Read(ref reader);
        }

        if (kind != (int)expected)
        {
            throw new ProtocolException($"A frame of kind {kind} came where {expected} was due.");
        }

        return null;
    }

    private static async Task<T> ReadFrameAsync<T>(ITransportConnection connection, Func<byte[], T> read, CancellationToken cancellationToken)
    {
        while (true)
        {
            ReadResult result = await connection.Input.ReadAsync(cancellationToken);
            ReadOnlySequence<byte> bytes = result.Buffer;
            if (FrameCutter.TryCut(ref bytes, MaxFrameBytes, out ReadOnlySequence<byte> payload))
            {
                byte[] copy = payload.ToArray();
                connection.Input.AdvanceTo(bytes.Start);
                return read(copy);
            }

            connection.Input.AdvanceTo(bytes.Start, bytes.End);
            if (result.IsCompleted)
            {
                throw new IOException("The other side closed the connection during the handshake.");
            }
        }
    }
}
