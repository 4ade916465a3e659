using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using FedActors.Scripts.Processes;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Scripts.Processes;

public sealed class ChildSupervisorTests
{
    [Fact]
    public async Task Child_ThatSpeaksAtOnce_IsHeardAfterItWasToldToHaveStarted()
    {
        // A launcher that was held up there did not know yet who said where it listens, and heard nothing more of it.
        var observer = new SlowObserver();
        var child = new ChildSpecification("child", "child", () => ["--version"]);

        await new ChildSupervisor(child, new RestartPolicy(0, TimeSpan.FromMinutes(1), () => 0.5), observer, TimeProvider.System).RunAsync(CancellationToken.None).Limit();

        observer.HeardTooEarly.Should().Be(0);
        observer.Lines.Should().NotBeEmpty();
    }

    /// <summary>Takes as long to hear of the start as the child takes to say all that it has to say.</summary>
    private sealed class SlowObserver : IChildObserver
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public int HeardTooEarly { get; private set; }

        public void OnStarted(ChildSpecification child, ProcessIdentity process, int restarts)
        {
            SpinWait.SpinUntil(() => !Lines.IsEmpty || !process.IsAlive());
            HeardTooEarly = Lines.Count;
        }

        public void OnEvent(ChildSpecification child, string name, JsonNode? data)
        {
        }

        public void OnLine(ChildSpecification child, string line) => Lines.Enqueue(line);

        public void OnRestarting(ChildSpecification child, int exitCode, TimeSpan wait)
        {
        }

        public void OnGivenUp(ChildSpecification child, int exitCode)
        {
        }
    }
}
