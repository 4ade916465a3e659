using FedActors.Scripts.Processes;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Scripts.Processes;

public sealed class LauncherTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Run_MemberCannotBeStarted_EndsEverythingAndSaysWhy()
    {
        // A member's fault was kept in a task that nobody looked at, and the provider waited for that member in vain.
        using var stopping = new CancellationTokenSource(Eventually.Limit, TimeProvider.System);
        await using Launcher launcher = Create((_, _, _) => { });

        Func<Task> run = () => launcher.RunAsync(Provider(), (_, _) => [], (_, _) => [new("worker-A", "worker", () => throw new InvalidOperationException("no such site"))], stopping.Token);

        (await run.Should().ThrowAsync<InvalidOperationException>()).WithMessage("no such site");
        stopping.IsCancellationRequested.Should().BeFalse();
        new ProcessLedger(_folder["storage"]).Read()!.Children.Should().OnlyContain(child => !child.Process.IsAlive());
    }

    [Fact]
    public async Task Run_ProviderListens_MembersAreMadeWithItsAddressWhoeverElseHearsOfItLater()
    {
        // Members were started from an address that an observer of the same event had to hand over first; now and then it came too late.
        using var stopping = new CancellationTokenSource(Eventually.Limit, TimeProvider.System);
        using var asked = new ManualResetEventSlim();
        await using Launcher launcher = Create((_, name, _) =>
        {
            if (name == "listening")
            {
                asked.Wait(Eventually.Limit).Should().BeTrue();
            }
        });
        int dialled = 0;

        ChildEnd end = await launcher.RunAsync(
            Provider(),
            (_, _) => [],
            (_, port) =>
            {
                dialled = port;
                asked.Set();
                stopping.Cancel();
                return [];
            },
            stopping.Token);

        end.Kind.Should().Be(ChildEndKind.Stopped);
        dialled.Should().BePositive();
    }

    private ChildSpecification Provider() => new(
        "provider", "provider", () => ["start", "provider", "--port", "0", "--set", $"Storage:Path={_folder["storage"]}", "--output", "jsonl", "--with-launcher"]);

    private Launcher Create(Action<ChildSpecification, string, System.Text.Json.Nodes.JsonNode?> onEvent)
    {
        Directory.CreateDirectory(_folder["storage"]);
        return new Launcher(new LauncherOptions
        {
            Ledger = new ProcessLedger(_folder["storage"]),
            LogFolder = _folder["logs"],
            MaxRestarts = 0,
            RestartWindow = TimeSpan.FromMinutes(10),
            Chance = () => 0.5,
            Time = TimeProvider.System,
            OnEvent = onEvent,
        });
    }
}
