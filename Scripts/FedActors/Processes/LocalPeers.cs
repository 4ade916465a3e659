using System.Text.Json.Nodes;
using FedActors.FL.Numerics;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Configuration;
using FedActors.Scripts.Runs;
using FedActors.Storage;
using FedActors.Storage.Training;

namespace FedActors.Scripts.Processes;

/// <summary>What <c>up gossip</c> was asked for.</summary>
internal sealed record UpPeersRequest(RunInputs Inputs, int Reporters, bool Fresh, bool NoRestart, bool Stays, bool IsDetached);

/// <summary>Gossip mode as processes of this machine, from the first to the last.</summary>
internal static class LocalPeers
{
    /// <summary>Starts everything, shows how the peers get on, and puts everything away once they agree.</summary>
    public static async Task<CommandResult> ExecuteAsync(CommandContext context, UpPeersRequest request, CancellationToken stopping)
    {
        FedConfig config = request.Inputs.Config;
        string[] sites = [.. request.Inputs.Data.Manifest.Sites.Select(s => s.Name)];
        LocalGossip.CheckRules(config, sites);
        LocalGossip.CheckMemory(config, request.Inputs.Data.Manifest, sites.Length);
        GossipFederation.CheckMetricsPorts(config, sites.Length, request.Reporters);
        if (request.IsDetached && !OperatingSystem.IsWindows())
        {
            PosixCalls.LeaveTerminal();
        }

        var ledger = new ProcessLedger(config.Storage.Path);
        using FileClaim claim = ledger.TryClaim() ?? throw LocalFederation.AlreadyUp(config);
        bool goesOn = GoesOn(request, sites);
        using RotatingLog? log = request.IsDetached ? new RotatingLog(Path.Combine(config.Storage.Path, "logs", "up.log")) : null;
        await using RoundScreen screen = log is null ? RoundScreens.For(context, GossipText.Columns) : LocalFederation.ScreenIn(log, GossipText.Columns);
        var display = new AllPeersDisplay(screen, sites.Length, LocalGossip.Options(config).Rounds);
        display.Title(LocalGossip.Title(request.Inputs));
        var federation = new GossipFederation(LocalFederation.WriteConfig(config), config, request.Reporters, context.Verbose);
        var peers = new PeerEvents(display, context.Output, sites.Select(GossipFederation.PeerName));
        using GossipRecord record = GossipRecord.BeginProcesses(request.Inputs, goesOn, context.Time);
        if (goesOn)
        {
            string run = record.Resumed is { } resumed ? $"Going on with run {resumed.Id}{(resumed.CommittedRounds > 0 ? $" after its round {resumed.CommittedRounds}" : string.Empty)}: the" : "The";
            context.Output.Notice($"{run} peers go on with what they know, in {config.Storage.Peers}; --fresh lets them begin anew.");
        }

        await using var launcher = new Launcher(Options(context, request, ledger, display, federation, peers));
        await launcher.RunEqualsAsync(
            federation.Stages(request.Inputs.Data.Manifest),
            (child, end) => OnEnded(peers, display, child, end),
            request.Stays ? Task.Delay(Timeout.InfiniteTimeSpan, context.Time, stopping) : peers.Agreed,
            () => context.Output.Event("up", () => new JsonObject { ["peers"] = sites.Length }),
            stopping).ConfigureAwait(false);
        display.End();
        await screen.DisposeAsync().ConfigureAwait(false);
        CommandResult verdict = Verdict(context, config, peers, launcher.Restarts);
        string? hash = verdict.Data!["parameter_hash"]?.GetValue<string>();
        RunStatus status = verdict.ExitCode == ExitCode.BelowParticipation ? RunStatus.BelowParticipation : hash is null ? RunStatus.Stopped : RunStatus.Finished;
        CommandResult recorded = record.Add(verdict, status, hash);
        return status == RunStatus.Stopped && recorded.ExitCode == ExitCode.Ok ? recorded with { Text = output => WriteStopped(output, recorded) } : recorded;
    }

    private static void WriteStopped(TextWriter output, CommandResult recorded)
    {
        recorded.Text!(output);
        output.WriteLine("Everything is stopped. up gossip goes on with the run.");
    }

    /// <summary>Whether there is something to go on with; lets every peer forget it, if that is wanted.</summary>
    private static bool GoesOn(UpPeersRequest request, string[] sites)
    {
        StorageConfig storage = request.Inputs.Config.Storage;
        if (!request.Fresh)
        {
            return sites.Any(site => File.Exists(storage.GossipStore(site)));
        }

        foreach (string site in sites)
        {
            GossipStores.Forget(storage.GossipStore(site), site);
        }

        return false;
    }

    private static LauncherOptions Options(
        CommandContext context, UpPeersRequest request, ProcessLedger ledger, GossipDisplay display, GossipFederation federation, PeerEvents peers)
    {
        FedConfig config = request.Inputs.Config;
        return new LauncherOptions
        {
            Ledger = ledger,
            LogFolder = Path.Combine(config.Storage.Path, "logs"),
            MaxRestarts = request.NoRestart ? 0 : config.Processes.MaxRestarts,
            RestartWindow = config.Processes.RestartWindow,
            Chance = RandomStream.For((ulong)Environment.ProcessId, "restart").NextDouble,
            Time = context.Time,
            OnNote = display.Note,
            OnLine = context.Verbose ? (child, line) => display.Note($"{child.Name}: {line}") : (_, _) => { },
            OnEvent = (child, name, data) =>
            {
                if (name == "listening")
                {
                    federation.ListensOn(child.Name, data!["host"]!.GetValue<string>(), data["port"]!.GetValue<int>());
                }

                peers.On(child, name, data);
            },
        };
    }

    private static void OnEnded(PeerEvents peers, GossipDisplay display, ChildSpecification child, ChildEnd end)
    {
        if (end.Envelope?["data"]?["message"]?.GetValue<string>() is { } message)
        {
            display.Note($"{child.Name} has ended: {message}");
        }

        peers.OnEnded(child.Name);
    }

    private static CommandResult Verdict(CommandContext context, FedConfig config, PeerEvents peers, int restarts)
    {
        IReadOnlyList<JsonObject> statuses = peers.Statuses;
        bool isAgreed = peers.Agreed.IsCompleted && statuses.Count > peers.Lost.Count;
        string? hash = isAgreed ? statuses.First(s => !peers.Lost.Contains(GossipFederation.PeerName($"{s["peer"]}")))["parameter_hash"]?.GetValue<string>() : null;
        JsonObject data = GossipVerdict.Data(new JsonArray([.. statuses]), isAgreed, hash, config.Storage.Peers);
        data["restarts"] = restarts;
        var result = new CommandResult { Data = data, Text = output => GossipVerdict.Write(output, data) };
        if (peers.Lost.Count > 0)
        {
            string lost = string.Join(", ", peers.Lost);
            return result with
            {
                ExitCode = ExitCode.BelowParticipation,
                ErrorCode = "below_participation",
                Message = $"Not all peers took part to the end: {lost} ended before the others agreed. The logs in {Path.Combine(config.Storage.Path, "logs")} say why; up goes on with what the peers know.",
            };
        }

        if (!isAgreed && context.DeadlinePassed)
        {
            return result with { ExitCode = ExitCode.Timeout, ErrorCode = "timeout", Message = "The peers did not agree within --timeout, and everything was stopped. up goes on with what they know." };
        }

        // Whoever stops a federation gets what was asked for; the peers' state waits in their stores.
        return result;
    }
}
