using FedActors.Actors;
using FedActors.Actors.Remoting;
using FedActors.Actors.Transport.Memory;
using FedActors.Tests.TestKit;
using FedActors.Tests.TestKit.Remoting;
using Microsoft.Extensions.Logging;

namespace FedActors.Tests.Actors.Remoting;

/// <summary>Messages that can never leave the process: the words are all that a programmer has to go by.</summary>
public sealed class UnsendableMessageTests : IAsyncLifetime
{
    private readonly CollectedLog _log = new();
    private readonly ActorSystem _server;
    private readonly ActorSystem _client;

    public UnsendableMessageTests()
    {
        var network = new MemoryTransport();
        _server = TestNodes.Create(network, "server", options => options with { Limits = RemotingLimits.Default with { MaxMessageBytes = 1_000_000 } });
        _client = TestNodes.Create(network, "client", system: options => options with { LoggerFactory = _log, Time = new ManualTimeProvider() });
    }

    private ActorRef Echo { get; set; } = null!;

    public async Task InitializeAsync()
    {
        _server.SpawnEcho();
        RemoteNode node = _client.Remote.Connect(await _server.Remote.ListenAsync(TestNodes.AnyPort));
        await node.WhenConnectedAsync().Limit();
        Echo = node.ActorOf("echo");
    }

    public async Task DisposeAsync()
    {
        await _client.DisposeAsync();
        await _server.DisposeAsync();
        _log.Dispose();
    }

    [Fact]
    public async Task Ask_MessageThatIsNotRegistered_SaysSo() =>
        await FluentActions.Awaiting(() => Echo.AskAsync<string>("hello", Eventually.Limit)).Should().ThrowAsync<AskFailedException>()
            .WithMessage("String could not be delivered to *echo: its type is not in this node's MessageRegistry, so that it cannot leave the process (NotRegistered).");

    [Fact]
    public void Tell_MessagesThatAreNotRegistered_AreOneWarning()
    {
        for (int i = 0; i < 1000; i++)
        {
            Echo.Tell("hello");
        }

        _log.Lines.Where(line => line.EventId == 1011).Should().ContainSingle()
            .Which.Should().Match<LogLine>(line => line.Level == LogLevel.Warning && line.Text.Contains("echo cannot be sent: its type is not in this node's MessageRegistry"));
        _client.DeadLetters.Count.Should().Be(1000);
    }

    [Fact]
    public async Task TellAsync_MessageOverTheOtherSidesLimit_NamesTheLimit() =>
        await FluentActions.Awaiting(() => Echo.TellAsync(new Blob(new float[500_000])).AsTask()).Should().ThrowAsync<MessageTooLargeException>()
            .WithMessage("Blob for *echo was not sent: encoded it has more than 1,000,000 bytes, which is MaxMessageBytes here or there, whichever is less.");
}
