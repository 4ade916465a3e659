using System.IO.Pipelines;
using FedActors.Actors.Transport;
using FedActors.Tests.Contracts;
using FedActors.Tests.TestKit;
using FedActors.Tests.TestKit.Transport;

namespace FedActors.Tests.Actors.Transport;

public sealed class TlsTransportTests : TransportContract
{
    protected override ITransport Transport { get; } = new TestCertificates().Transport();

    /// <summary>Whoever gives a handshake up disposes of the connection while a read waits, which may be decrypting what comes at that moment.</summary>
    [Fact]
    public async Task Dispose_WhileAReadDecryptsWhatArrives_EndsTheReadAndTheOthersWriting()
    {
        await using ITransportListener listener = await Transport.ListenAsync(new TransportAddress("127.0.0.1", 0));
        byte[] much = new SplitMix(8).NextBytes(200_000);
        for (int i = 0; i < 50; i++)
        {
            await using ConnectionPair pair = await ConnectionPair.OpenAsync(Transport, listener);
            Task<bool> reading = Task.Run(() => ReadsOrEndsAsync(pair.Dialled.Input));
            Task sending = Task.Run(() => SendUntilBrokenAsync(pair.Accepted.Output, much, bytes: 100 + (100 * i)));

            await pair.Dialled.DisposeAsync().AsTask().Limit();

            (await reading.Limit()).Should().BeTrue();
            await sending.Limit();
        }
    }

    /// <summary>Whether a read brings something, or the end in one way or another.</summary>
    private static async Task<bool> ReadsOrEndsAsync(PipeReader input)
    {
        try
        {
            ReadResult read = await input.ReadAsync();
            return read.IsCompleted || !read.Buffer.IsEmpty;
        }
        catch (IOException)
        {
            return true;
        }
    }
}
