using System.Buffers;
using System.IO.Pipelines;
using FedActors.Actors.Transport;
using FedActors.Tests.TestKit;
using FedActors.Tests.TestKit.Transport;

namespace FedActors.Tests.Contracts;

/// <summary>What every transport does, whatever moves its bytes.</summary>
public abstract partial class TransportContract
{
    private static readonly TransportAddress AnyPort = new("127.0.0.1", 0);

    protected abstract ITransport Transport { get; }

    [Fact]
    public async Task Connection_BytesSentByEachEnd_ReachTheOther()
    {
        await using ITransportListener listener = await Transport.ListenAsync(AnyPort);
        await using ConnectionPair pair = await ConnectionPair.OpenAsync(Transport, listener);

        await pair.Dialled.Output.WriteAsync("there"u8.ToArray());
        await pair.Accepted.Output.WriteAsync("back"u8.ToArray());

        (await ReadAsync(pair.Accepted.Input, 5)).Should().Equal("there"u8.ToArray());
        (await ReadAsync(pair.Dialled.Input, 4)).Should().Equal("back"u8.ToArray());
    }

    [Fact]
    public async Task Connection_ManyBytesBothWays_ArriveWholeAndInOrder()
    {
        await using ITransportListener listener = await Transport.ListenAsync(AnyPort);
        await using ConnectionPair pair = await ConnectionPair.OpenAsync(Transport, listener);
        byte[] there = new SplitMix(1).NextBytes(5_000_000);
        byte[] back = new SplitMix(2).NextBytes(5_000_000);

        Task sends = Task.WhenAll(SendAsync(pair.Dialled.Output, there, seed: 3), SendAsync(pair.Accepted.Output, back, seed: 4));
        Task<byte[]> readThere = ReadAsync(pair.Accepted.Input, there.Length);
        Task<byte[]> readBack = ReadAsync(pair.Dialled.Input, back.Length);

        (await readThere.Limit()).AsSpan().SequenceEqual(there).Should().BeTrue();
        (await readBack.Limit()).AsSpan().SequenceEqual(back).Should().BeTrue();
        await sends.Limit();
    }

    [Fact]
    public async Task Writer_PeerDoesNotRead_WaitsUntilItDoes()
    {
        await using ITransportListener listener = await Transport.ListenAsync(AnyPort);
        await using ConnectionPair pair = await ConnectionPair.OpenAsync(Transport, listener);
        const int Total = 64 << 20;
        long written = 0;
        Task send = Task.Run(async () =>
        {
            byte[] piece = new byte[1 << 20];
            for (; written < Total; written += piece.Length)
            {
                await pair.Dialled.Output.WriteAsync(piece);
            }
        });

        // More than any buffer between holds; so it cannot end before somebody reads.
        ReadResult first = await pair.Accepted.Input.ReadAsync().Limit();
        pair.Accepted.Input.AdvanceTo(first.Buffer.Start, first.Buffer.Start);
        send.IsCompleted.Should().BeFalse();

        await SkipAsync(pair.Accepted.Input, Total).Limit();
        await send.Limit();
    }

    [Fact]
    public async Task Listener_FiftyDialersAtOnce_ServesAll()
    {
        await using ITransportListener listener = await Transport.ListenAsync(AnyPort);
        Task<ITransportConnection>[] dials = [.. Enumerable.Range(0, 50).Select(_ => Transport.ConnectAsync(listener.Address).AsTask())];
        var accepted = new List<ITransportConnection>();
        var opening = new List<Task>();
        for (int i = 0; i < dials.Length; i++)
        {
            ITransportConnection connection = (await listener.AcceptAsync().Limit())!;
            accepted.Add(connection);
            opening.Add(connection.OpenAsync().AsTask());
        }

        await Task.WhenAll(opening).Limit();
        ITransportConnection[] dialled = await Task.WhenAll(dials).Limit();

        foreach (ITransportConnection connection in dialled.Concat(accepted))
        {
            await connection.DisposeAsync();
        }
    }

    [Fact]
    public async Task Listener_PortZero_TellsThePortItWasGiven()
    {
        await using ITransportListener first = await Transport.ListenAsync(AnyPort);
        await using ITransportListener second = await Transport.ListenAsync(AnyPort);

        first.Address.Port.Should().BePositive().And.NotBe(second.Address.Port);
        first.Address.Host.Should().Be(AnyPort.Host);
    }

    [Fact]
    public async Task Listener_PortInUse_IsRefusedAndThePortNamed()
    {
        await using ITransportListener first = await Transport.ListenAsync(AnyPort);

        Func<Task> second = async () => await Transport.ListenAsync(first.Address);

        (await second.Should().ThrowAsync<TransportException>().WithMessage($"*{first.Address.Port}*"))
            .Which.Fault.Should().Be(TransportFault.AddressInUse);
    }

    [Fact]
    public async Task Listener_Disposed_EndsItsAcceptAndFreesItsPort()
    {
        ITransportListener listener = await Transport.ListenAsync(AnyPort);
        Task<ITransportConnection?> accept = listener.AcceptAsync().AsTask();

        await listener.DisposeAsync();

        (await accept.Limit()).Should().BeNull();
        (await listener.AcceptAsync().Limit()).Should().BeNull();
        await using ITransportListener next = await Transport.ListenAsync(listener.Address);
        next.Address.Should().Be(listener.Address);
    }

    [Fact]
    public async Task Connect_NobodyListens_IsRefusedAndTheAddressNamed()
    {
        ITransportListener listener = await Transport.ListenAsync(AnyPort);
        await listener.DisposeAsync();

        Func<Task> connect = async () => await Transport.ConnectAsync(listener.Address).Limit();

        (await connect.Should().ThrowAsync<TransportException>().WithMessage($"*{listener.Address}*"))
            .Which.Fault.Should().Be(TransportFault.Refused);
    }

    [Fact]
    public async Task Accept_Cancelled_EndsAndTheListenerGoesOn()
    {
        await using ITransportListener listener = await Transport.ListenAsync(AnyPort);
        using var cancellation = new CancellationTokenSource();
        Task<ITransportConnection?> accept = listener.AcceptAsync(cancellation.Token).AsTask();

        await cancellation.CancelAsync();

        Func<Task> waiting = () => accept.Limit();
        await waiting.Should().ThrowAsync<OperationCanceledException>();
        await using ConnectionPair pair = await ConnectionPair.OpenAsync(Transport, listener);
    }

    private static async Task SendAsync(PipeWriter output, byte[] bytes, ulong seed)
    {
        var random = new SplitMix(seed);
        for (int sent = 0; sent < bytes.Length;)
        {
            int count = Math.Min(bytes.Length - sent, 1 + random.Next(100_000));
            if (random.NextBoolean())
            {
                output.Write(bytes.AsSpan(sent, count));
                await output.FlushAsync();
            }
            else
            {
                await output.WriteAsync(bytes.AsMemory(sent, count));
            }

            sent += count;
        }
    }

    private static async Task SendPiecesAsync(PipeWriter output, byte[] all, int bytes)
    {
        for (int sent = 0; sent < all.Length; sent += bytes)
        {
            await output.WriteAsync(all.AsMemory(sent, Math.Min(bytes, all.Length - sent)));
        }
    }

    private static async Task<byte[]> ReadAsync(PipeReader input, int count)
    {
        var read = new ArrayBufferWriter<byte>(count);
        while (read.WrittenCount < count)
        {
            ReadResult result = await input.ReadAsync().Limit();
            ReadOnlySequence<byte> wanted = result.Buffer.Slice(0, Math.Min(count - read.WrittenCount, result.Buffer.Length));
            foreach (ReadOnlyMemory<byte> piece in wanted)
            {
                read.Write(piece.Span);
            }

            input.AdvanceTo(wanted.End);
            (result.IsCompleted && read.WrittenCount < count).Should().BeFalse("{0} of {1} bytes were read before the end", read.WrittenCount, count);
        }

        return read.WrittenSpan.ToArray();
    }

    private static async Task SkipAsync(PipeReader input, long count)
    {
        while (count > 0)
        {
            ReadResult result = await input.ReadAsync();
            count -= result.Buffer.Length;
            input.AdvanceTo(result.Buffer.End);
        }
    }
}
