using System.IO.Pipelines;
using FedActors.Actors.Transport;
using FedActors.Tests.TestKit;
using FedActors.Tests.TestKit.Transport;

namespace FedActors.Tests.Contracts;

/// <content>How a connection ends: by one side's word, or broken off.</content>
public abstract partial class TransportContract
{
    [Fact]
    public async Task Finish_AfterWriting_LetsThePeerReadAllAndThenTheEnd()
    {
        await using ITransportListener listener = await Transport.ListenAsync(AnyPort);
        await using ConnectionPair pair = await ConnectionPair.OpenAsync(Transport, listener);

        await pair.Dialled.Output.WriteAsync(new byte[1000]);
        await pair.Dialled.FinishAsync().Limit();

        (await ReadAsync(pair.Accepted.Input, 1000)).Should().HaveCount(1000);
        ReadResult end = await pair.Accepted.Input.ReadAsync().Limit();
        end.IsCompleted.Should().BeTrue();
        end.Buffer.IsEmpty.Should().BeTrue();

        // The other direction goes on.
        pair.Accepted.Input.AdvanceTo(end.Buffer.End);
        await pair.Accepted.Output.WriteAsync(new byte[3]);
        (await ReadAsync(pair.Dialled.Input, 3)).Should().HaveCount(3);
    }

    /// <summary>Under TLS the last word of one direction was made while another thread decrypted the other: that damaged the process's memory, now and then, and ended it.</summary>
    [Fact]
    public async Task Finish_WhileMuchArrives_LeavesThatWhole()
    {
        await using ITransportListener listener = await Transport.ListenAsync(AnyPort);
        byte[] much = new SplitMix(5).NextBytes(200_000);
        for (int i = 0; i < 50; i++)
        {
            await using ConnectionPair pair = await ConnectionPair.OpenAsync(Transport, listener);
            var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Task sending = Task.Run(() => SendPiecesAsync(pair.Accepted.Output, much, bytes: 500));
            Task<byte[]> reading = Task.Run(async () =>
            {
                byte[] first = await ReadAsync(pair.Dialled.Input, 20_000);
                begun.SetResult();
                return (byte[])[.. first, .. await ReadAsync(pair.Dialled.Input, much.Length - first.Length)];
            });
            await Task.WhenAny(begun.Task, reading).Limit();

            await pair.Dialled.FinishAsync().Limit();

            (await reading.Limit()).AsSpan().SequenceEqual(much).Should().BeTrue();
            await sending.Limit();
            (await EndsAsync(pair.Accepted.Input).Limit()).Should().BeTrue();
        }
    }

    [Fact]
    public async Task Abort_WhileBothEndsRead_EndsBothReads()
    {
        await using ITransportListener listener = await Transport.ListenAsync(AnyPort);
        await using ConnectionPair pair = await ConnectionPair.OpenAsync(Transport, listener);
        Task<bool> own = EndsAsync(pair.Dialled.Input);
        Task<bool> other = EndsAsync(pair.Accepted.Input);

        pair.Dialled.Abort();

        (await own.Limit()).Should().BeTrue();
        (await other.Limit()).Should().BeTrue();
    }

    /// <summary>Whoever breaks a connection off does it on a thread of its own, while another reads, and with TLS decrypts.</summary>
    [Fact]
    public async Task Abort_WhileMuchArrives_EndsBothAndDamagesNothingBefore()
    {
        await using ITransportListener listener = await Transport.ListenAsync(AnyPort);
        byte[] much = new SplitMix(6).NextBytes(200_000);
        for (int i = 0; i < 30; i++)
        {
            await using ConnectionPair pair = await ConnectionPair.OpenAsync(Transport, listener);
            var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Task sending = Task.Run(() => SendUntilBrokenAsync(pair.Accepted.Output, much, bytes: 500));
            Task reading = Task.Run(() => ReadUntilBrokenAsync(pair.Dialled.Input, much, begun));
            await Task.WhenAny(begun.Task, reading).Limit();

            pair.Dialled.Abort();

            await reading.Limit();
            await sending.Limit();
        }
    }

    [Fact]
    public async Task Dispose_WithMuchUnreadAndMoreToCome_EndsTheOthersWriting()
    {
        await using ITransportListener listener = await Transport.ListenAsync(AnyPort);
        byte[] much = new SplitMix(7).NextBytes(200_000);
        for (int i = 0; i < 10; i++)
        {
            await using ConnectionPair pair = await ConnectionPair.OpenAsync(Transport, listener);
            Task sending = Task.Run(() => SendUntilBrokenAsync(pair.Accepted.Output, much, bytes: 500));
            (await ReadAsync(pair.Dialled.Input, 20_000)).AsSpan().SequenceEqual(much.AsSpan(0, 20_000)).Should().BeTrue();

            await pair.Dialled.DisposeAsync().AsTask().Limit();

            await sending.Limit();
        }
    }

    [Fact]
    public async Task Abort_OfAPeerThatDoesNotRead_EndsTheWrite()
    {
        await using ITransportListener listener = await Transport.ListenAsync(AnyPort);
        await using ConnectionPair pair = await ConnectionPair.OpenAsync(Transport, listener);
        Task endless = SendUntilBrokenAsync(pair.Dialled.Output);

        pair.Dialled.Abort();

        await endless.Limit();
    }

    [Fact]
    public async Task Abort_BeforeAReadAndAWrite_FailsBothAsABrokenConnection()
    {
        await using ITransportListener listener = await Transport.ListenAsync(AnyPort);
        await using ConnectionPair pair = await ConnectionPair.OpenAsync(Transport, listener);
        pair.Dialled.Abort();

        Func<Task> read = async () => await pair.Dialled.Input.ReadAsync();
        Func<Task> write = async () => await pair.Dialled.Output.WriteAsync(new byte[1]);

        await read.Should().ThrowAsync<IOException>();
        await write.Should().ThrowAsync<IOException>();
    }

    [Fact]
    public async Task Dispose_ByOneEnd_IsSeenByTheOther()
    {
        await using ITransportListener listener = await Transport.ListenAsync(AnyPort);
        await using ConnectionPair pair = await ConnectionPair.OpenAsync(Transport, listener);
        Task<bool> other = EndsAsync(pair.Accepted.Input);

        await pair.Dialled.DisposeAsync();

        (await other.Limit()).Should().BeTrue();
    }

    protected static async Task SendUntilBrokenAsync(PipeWriter output, byte[] all, int bytes)
    {
        Func<Task> endless = async () =>
        {
            while (true)
            {
                await SendPiecesAsync(output, all, bytes);
            }
        };
        await endless.Should().ThrowAsync<IOException>();
    }

    private static Task SendUntilBrokenAsync(PipeWriter output) => SendUntilBrokenAsync(output, new byte[1 << 16], 1 << 16);

    /// <summary>Reads what comes again and again, and says when some of it has come.</summary>
    private static async Task ReadUntilBrokenAsync(PipeReader input, byte[] all, TaskCompletionSource begun)
    {
        try
        {
            for (long at = 0; ;)
            {
                ReadResult result = await input.ReadAsync();
                foreach (ReadOnlyMemory<byte> piece in result.Buffer)
                {
                    at += AssertNext(piece.Span, all, (int)(at % all.Length));
                }

                input.AdvanceTo(result.Buffer.End);
                if (result.IsCompleted)
                {
                    return;
                }

                if (at > 20_000)
                {
                    begun.TrySetResult();
                }
            }
        }
        catch (IOException)
        {
            // It was broken off in the middle.
        }
    }

    /// <returns>How many bytes there were.</returns>
    private static int AssertNext(ReadOnlySpan<byte> piece, byte[] all, int at)
    {
        for (int i = 0; i < piece.Length;)
        {
            int same = Math.Min(piece.Length - i, all.Length - at);
            piece.Slice(i, same).SequenceEqual(all.AsSpan(at, same)).Should().BeTrue();
            i += same;
            at = 0;
        }

        return piece.Length;
    }

    /// <summary>Whether the input ends, gracefully or not.</summary>
    private static async Task<bool> EndsAsync(PipeReader input)
    {
        try
        {
            return (await input.ReadAsync()).IsCompleted;
        }
        catch (IOException)
        {
            return true;
        }
    }
}
