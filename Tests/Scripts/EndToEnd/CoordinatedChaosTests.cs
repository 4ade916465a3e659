using System.Text.Json.Nodes;
using FedActors.Tests.TestKit;
using FedActors.Tests.TestKit.OutsidePrograms;
using FedActors.Tests.TestKit.Processes;
using Xunit.Abstractions;

namespace FedActors.Tests.Scripts.EndToEnd;

/// <summary>Every role of coordinated mode as a process, some behind a cable with their combiner, under faults of processes, network and disk that one seed decides.</summary>
/// <remarks>
/// A fault lasts until the provider has felt it: it has lost whom it concerns, and closes rounds without the workers among them. Then all
/// take part in a round again. How many faults: <see cref="ChaosPlan"/>; two by default.
/// </remarks>
public sealed class CoordinatedChaosTests(ITestOutputHelper output) : IDisposable
{
    private const int Port = 5230;
    private const int CombinerPort = 5231;
    private const int UsualFaults = 2;
    private const int MostTurns = 20;

    /// <summary>So long that a combiner is lost by its connection, which takes 10 s and more, before it owes a sum, for which it would rest.</summary>
    private const int RoundTimeout = 30;

    private const string Combiner = "far";

    private static readonly string[] NearWorkers = ["A", "B"];
    private static readonly string[] FarWorkers = ["C", "D"];
    private static readonly string[] Members = ["aggregator", "evaluator", "A", "B", Combiner, "C", "D"];

    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, BuiltProgram> _members = [];
    private readonly Dictionary<int, string> _announced = [];
    private WatchedProvider? _provider;
    private LoopFileSystem? _disk;

    private enum Kind
    {
        Cut,
        OneWay,
        Narrow,
        Kill,
        KillOfProvider,
        Halt,
        PowerCut,
    }

    private string Storage => _disk is null ? _folder["storage"] : Path.Combine(_disk.Path, "storage");

    private WatchedProvider Provider => _provider!;

    public void Dispose()
    {
        _disk?.Dispose();
        _folder.Dispose();
    }

    [OutsideProgramFact(OutsideProgram.NetworkNamespaces)]
    public async Task Run_UnderFaultsThatOneSeedDecides_FeelsEachRecoversAndCommitsEveryRoundOnce()
    {
        SplitMix chance = new(ChaosPlan.Seed);
        Kind[] plan = ChaosPlan.Draw(Kinds(), ChaosPlan.CountOr(UsualFaults), chance);
        using var network = new NetworkNamespace();
        try
        {
            await StartProviderAsync(network);
            foreach (string member in Members)
            {
                Start(network, member);
            }

            await RecoveredAsync();
            foreach (Kind kind in plan)
            {
                string victim = Members[chance.Next(Members.Length)];
                long began = TimeProvider.System.GetTimestamp();
                await HappenAsync(network, kind, victim);
                TimeSpan felt = TimeProvider.System.GetElapsedTime(began);
                await RecoveredAsync();
                output.WriteLine($"{kind}{(kind is Kind.Kill or Kind.Halt ? $" of {victim}" : "")}: felt and mended after {felt.TotalSeconds:0.00} s, recovered after {TimeProvider.System.GetElapsedTime(began).TotalSeconds - felt.TotalSeconds:0.00} s more");
            }

            Provider.Program.Signal("TERM");
            await Provider.EndAsync();
            Remember();
        }
        finally
        {
            await Task.WhenAll([.. _members.Values.Select(member => member.DisposeAsync().AsTask()), _provider?.DisposeAsync().AsTask() ?? Task.CompletedTask]);
        }

        BuiltProgram.Running(_folder.Path).Should().BeEmpty("nothing that was started lives on");
        output.WriteLine($"seed {ChaosPlan.Seed}: {string.Join(", ", plan.CountBy(kind => kind).Select(count => $"{count.Key} {count.Value}"))}; {_announced.Count} rounds announced");
        await StoredRoundsAreWholeAsync();
    }

    /// <summary>All that this machine allows. The provider keeps its run on a disk whose power can be cut.</summary>
    private Kind[] Kinds()
    {
        Kind[] all = Enum.GetValues<Kind>();
        if (LoopFileSystem.FindObstacle() is { } obstacle)
        {
            output.WriteLine($"No power is cut: {obstacle}");
            return [.. all.Where(kind => kind != Kind.PowerCut)];
        }

        _disk = new LoopFileSystem();
        return all;
    }

    private async Task HappenAsync(NetworkNamespace network, Kind kind, string victim)
    {
        switch (kind)
        {
            case Kind.Cut or Kind.OneWay:
                network.Cut(oneWay: kind == Kind.OneWay);
                await Provider.UntilAsync(() => Provider.HasLost(FarWorkers) && Provider.Participants.SequenceEqual(NearWorkers), "it goes on without the far end");
                network.Mend();
                break;
            case Kind.Narrow:
                network.Narrow(bitsPerSecond: 32_000);
                for (int turn = 0; turn == 0 || (turn < MostTurns && network.Held() == 0); turn++)
                {
                    // On a slow machine what there is may fit through for once.
                    int before = Provider.Rounds;
                    await Provider.UntilAsync(() => Provider.Rounds >= before + 5, "it goes on");
                }

                network.Widen().Should().BePositive("something had to wait");
                break;
            case Kind.Kill:
                _members[victim].Kill();
                await LostAsync(victim);
                await _members[victim].DisposeAsync();
                Start(network, victim);
                break;
            case Kind.Halt:
                _members[victim].Signal("STOP");
                await LostAsync(victim);
                _members[victim].Signal("CONT");
                break;
            default:
                if (kind == Kind.PowerCut)
                {
                    _disk!.CutPower();
                }

                Provider.Program.Kill();
                await Provider.EndAsync();
                Remember();
                await Provider.DisposeAsync();
                if (kind == Kind.PowerCut)
                {
                    _disk!.Restart();
                }

                await StartProviderAsync(network);
                break;
        }
    }

    /// <summary>Awaits that the provider has lost a member: a worker is then missing in a round, and a combiner's workers take part by another way; without the others no round closes.</summary>
    private async Task LostAsync(string member)
    {
        await Provider.UntilAsync(() => Provider.HasLost(member) && !Provider.Participants.Contains(member), $"it has lost {member}");
        if (member == Combiner)
        {
            await AllWorkersAsync(() => true);
        }
    }

    /// <summary>Awaits that everybody is back and all workers take part in a round from now on.</summary>
    private Task RecoveredAsync() => AllWorkersAsync(() => Provider.HasAll);

    private Task AllWorkersAsync(Func<bool> besides)
    {
        int before = Provider.Rounds;
        return Provider.UntilAsync(() => Provider.Rounds > before && Provider.Participants.Count == NearWorkers.Length + FarWorkers.Length && besides(), "all are back, and all workers take part");
    }

    private void Remember()
    {
        foreach ((int round, string hash) in Provider.Announced)
        {
            _announced.TryAdd(round, hash);
            _announced[round].Should().Be(hash, "what was announced stays");
        }
    }

    private async Task StoredRoundsAreWholeAsync()
    {
        CommandLineRun show = await BuiltProgram.RunAsync(_folder.Path, "runs", "show", "-o", "json", "--set", $"Storage:Path={Storage}");
        show.ExitCode.Should().Be(0, show.Error);
        JsonNode[] rounds = [.. show.Json["data"]!["round_list"]!.AsArray().Select(round => round!)];
        rounds.Select(round => round["round"]!.GetValue<int>()).Should().Equal(Enumerable.Range(1, rounds.Length), "no committed round is lost or doubled");
        rounds.Length.Should().BeGreaterThanOrEqualTo(_announced.Keys.Max());
        rounds.Should().OnlyContain(round => round["participants"]!.AsArray().Count >= NearWorkers.Length, "a round closes with its quorum");
        rounds.Should().OnlyContain(round => !_announced.ContainsKey(round["round"]!.GetValue<int>()) || _announced[round["round"]!.GetValue<int>()] == round["parameter_hash"]!.GetValue<string>());
    }

    private async Task StartProviderAsync(NetworkNamespace network)
    {
        _provider = new WatchedProvider(BuiltProgram.Start(
            _folder.Path,
            [
                "start", "provider", "--with-launcher", "--host", network.HostAddress, "--port", $"{Port}", "--rounds", "1000000", "--epochs", "50", "-o", "jsonl",
                "--set", $"Participation:MinWorkers={NearWorkers.Length}", "--set", $"Participation:RoundTimeout={RoundTimeout}s", "--set", $"Storage:Path={Storage}",
            ]));
        await Provider.UntilAsync(() => Provider.Listens, "it listens");
    }

    private void Start(NetworkNamespace network, string member)
    {
        string[] provider = ["--provider", $"{network.HostAddress}:{Port}"];
        string[] role = member switch
        {
            Combiner => ["combiner", "--name", Combiner, "--host", network.Address, "--port", $"{CombinerPort}", .. provider],
            "A" or "B" => ["worker", "--site", member, .. provider],
            "C" or "D" => ["worker", "--site", member, "--combiners", $"{network.Address}:{CombinerPort}", .. provider],
            _ => [member, .. provider],
        };
        bool isFar = member == Combiner || FarWorkers.Contains(member);
        _members[member] = BuiltProgram.StartWithin(isFar ? network.Enter : [], _folder.Path, ["start", .. role, "--with-launcher", "-o", "jsonl"]);
    }
}
