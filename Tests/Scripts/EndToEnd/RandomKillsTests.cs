using System.Text.Json.Nodes;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Scripts.EndToEnd;

/// <summary>One run whose processes are killed without warning, again and again, in seeded order.</summary>
/// <remarks>
/// <c>FEDACTORS_KILLS</c> and <c>FEDACTORS_SEED</c> set how many kills and which: twenty by default, as many as wished.
/// Every worker is needed for a quorum here, so that the run waits for whoever was killed and its length does not depend on how fast
/// processes start. Each kill uses up at most half of its share of the rounds; the rest covers those that pass while a kill is under way.
/// The long form is <c>FEDACTORS_KILLS=500 dotnet test --filter RandomKills</c>.
/// </remarks>
public sealed class RandomKillsTests : IDisposable
{
    private const int RoundsPerKill = 12;
    private static readonly string[] Members = ["aggregator", "evaluator", "worker A", "worker B", "worker C", "worker D"];

    private static readonly string Host = OwnLoopback.Of(nameof(RandomKillsTests));

    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, BuiltProgram> _processes = [];
    private readonly Dictionary<int, string> _announced = [];
    private int _port;

    private static int Kills => int.Parse(Environment.GetEnvironmentVariable("FEDACTORS_KILLS") ?? "20");

    private static ulong Seed => ulong.Parse(Environment.GetEnvironmentVariable("FEDACTORS_SEED") ?? "1");

    private static int Rounds => (Kills + 2) * RoundsPerKill;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Run_RolesKilledAtRandom_CommitsEveryRoundOnceAndEnds()
    {
        var chance = new SplitMix(Seed);
        try
        {
            await StartProviderAsync();
            foreach (string member in Members)
            {
                StartMember(member);
            }

            for (int kill = 0; kill < Kills; kill++)
            {
                await RoundsGoOnAsync(1 + (int)(chance.NextUInt64() % (RoundsPerKill / 2)));
                await KillAndRestartAsync(chance.NextUInt64() % 4 == 0 ? "provider" : Members[chance.NextUInt64() % (ulong)Members.Length]);
            }

            // Round by round, so that the limit on a wait is on each round and not on all that are left.
            await ReadRoundsUntilTheEndAsync();
            (await _processes["provider"].EndAsync()).Should().Be(0, _processes["provider"].Error);
        }
        catch (TimeoutException exception)
        {
            throw new TimeoutException($"{exception.Message}\n{string.Join('\n', _processes.Select(p => $"{p.Key}:\n{p.Value.Error}"))}", exception);
        }
        finally
        {
            foreach (BuiltProgram process in _processes.Values)
            {
                await process.DisposeAsync();
            }
        }

        await StoredRoundsAreWholeAsync();
    }

    private async Task StoredRoundsAreWholeAsync()
    {
        CommandLineRun show = await BuiltProgram.RunAsync(_folder.Path, "runs", "show", "-o", "json");
        show.ExitCode.Should().Be(0, show.Error);
        show.Json["data"]!["status"]!.GetValue<string>().Should().Be("finished");
        JsonArray rounds = show.Json["data"]!["round_list"]!.AsArray();
        rounds.Select(NumberOf).Should().Equal(Enumerable.Range(1, Rounds), "no committed round is lost or doubled");
        rounds.Should().OnlyContain(round => round!["participants"]!.AsArray().Count == 4, "a round closes with its quorum, and every killed worker came back");
        rounds.Should().OnlyContain(
            round => !_announced.ContainsKey(NumberOf(round)) || _announced[NumberOf(round)] == HashOf(round), "what was announced is what stays");
    }

    private async Task KillAndRestartAsync(string role)
    {
        BuiltProgram victim = _processes[role];
        victim.Kill();
        await victim.DisposeAsync();
        if (role == "provider")
        {
            await StartProviderAsync();
        }
        else
        {
            StartMember(role);
        }
    }

    private async Task StartProviderAsync()
    {
        BuiltProgram provider = Start("provider", ["provider", "--host", Host, "--port", $"{_port}", "--rounds", $"{Rounds}", "--epochs", "20", "--set", "Participation:MinWorkers=4"]);
        _port = (await provider.EventAsync("listening"))["port"]!.GetValue<int>();
    }

    private void StartMember(string member)
    {
        string[] role = member.Split(' ');
        string[] site = role.Length == 2 ? ["--site", role[1]] : [];
        Start(member, [role[0], .. site, "--provider", $"{Host}:{_port}"]);
    }

    private BuiltProgram Start(string name, string[] arguments) =>
        _processes[name] = BuiltProgram.Start(_folder.Path, ["start", .. arguments, "-o", "jsonl"]);

    /// <summary>Awaits a number of rounds, so that a kill falls into the midst of the run and not into a start that is still under way.</summary>
    private async Task RoundsGoOnAsync(int count)
    {
        for (int i = 0; i < count; i++)
        {
            Remember(await _processes["provider"].EventAsync("round"));
        }
    }

    private async Task ReadRoundsUntilTheEndAsync()
    {
        while (_announced.Keys.Max() < Rounds)
        {
            await RoundsGoOnAsync(1);
        }
    }

    private void Remember(JsonNode round) => _announced[NumberOf(round)] = HashOf(round);

    private static int NumberOf(JsonNode? round) => round!["round"]!.GetValue<int>();

    private static string HashOf(JsonNode? round) => round!["parameter_hash"]!.GetValue<string>();
}
