using FedActors.Actors;
using FedActors.Actors.Remoting;
using FedActors.Actors.Transport.Memory;
using FedActors.Tests.TestKit.Remoting;

namespace FedActors.Tests.Actors.Remoting;

/// <summary>Times that do not fit together are refused where the node is made.</summary>
public sealed class RemotingOptionsTests
{
    /// <summary>A node that came back while its former connection hung was waited for longer than its handshake may take, and let in only when that connection had been idle for too long.</summary>
    [Theory]
    [InlineData(4, 6)]
    [InlineData(5, 7.5)]
    public void Heartbeat_OfWhichOneAndAHalfOutlastAHandshake_IsRefused(double heartbeat, double handshake)
    {
        RemotingOptions options = Options(heartbeat, handshake);

        FluentActions.Invoking(() => Make(options)).Should().Throw<ArgumentException>()
            .Which.Message.Should().Contain("'node'").And.Contain(nameof(RemotingOptions.HeartbeatInterval)).And.Contain(nameof(RemotingLimits.HandshakeTimeout))
            .And.Contain($"{1.5 * heartbeat:0.###} s").And.Contain($"{handshake:0.###} s");
    }

    /// <summary>An infinite one is below every limit as a number, and listened to the former connection for ever.</summary>
    [Theory]
    [InlineData(-0.001)]
    [InlineData(0)]
    public void Heartbeat_ThatNeverComes_IsRefused(double heartbeat) =>
        FluentActions.Invoking(() => Make(Options(heartbeat, 5))).Should().Throw<ArgumentException>()
            .Which.Message.Should().Contain("'node'").And.Contain($"{nameof(RemotingOptions.HeartbeatInterval)} is {heartbeat:0.###} s");

    [Theory]
    [InlineData(2, 5)]
    [InlineData(4, 6.1)]
    public async Task Heartbeat_OfWhichOneAndAHalfAreOverBefore_IsTaken(double heartbeat, double handshake)
    {
        await using ActorSystem node = Make(Options(heartbeat, handshake));

        node.HasRemote.Should().BeTrue();
    }

    private static RemotingOptions Options(double heartbeat, double handshake) => new()
    {
        Transport = new MemoryTransport(),
        Registry = TestNodes.Registry,
        HeartbeatInterval = TimeSpan.FromSeconds(heartbeat),
        Limits = RemotingLimits.Default with { HandshakeTimeout = TimeSpan.FromSeconds(handshake) },
    };

    private static ActorSystem Make(RemotingOptions options) => new(new ActorSystemOptions { Node = "node", Remoting = options });
}
