using System.Buffers;
using FedActors.Actors;
using FedActors.Actors.Remoting;
using FedActors.Actors.Remoting.Frames;

namespace FedActors.Tests.Actors.Remoting.Frames;

public sealed class FrameCutterTests
{
    [Theory]
    [InlineData(new byte[] { 0x16, 3, 1, 1 })]
    [InlineData(new byte[] { 0x15, 3, 3, 0 })]
    public void TryCut_TlsRecord_SaysThatTheOtherSideSpeaksTls(byte[] start)
    {
        // It used to say that a frame of 352518912 bytes was announced.
        FluentActions.Invoking(() => Cut(start)).Should().Throw<ProtocolException>().WithMessage("*speaks TLS*turn TLS on here*");
    }

    [Fact]
    public void TryCut_LengthOverTheLimit_SaysTheLimit()
    {
        FluentActions.Invoking(() => Cut([1, 0, 0, 0])).Should().Throw<ProtocolException>().WithMessage("*16777216*1 to 100 are allowed*");
    }

    private static bool Cut(byte[] bytes)
    {
        var sequence = new ReadOnlySequence<byte>(bytes);
        return FrameCutter.TryCut(ref sequence, maxFrameBytes: 100, out _);
    }
}
