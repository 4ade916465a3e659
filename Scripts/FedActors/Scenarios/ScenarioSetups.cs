using System.Text.Json.Nodes;
using FedActors.FL.Attacks;
using FedActors.FL.Configuration;
using FedActors.Scripts.Configuration;
using FedActors.Scripts.Runs;
using FedActors.Simulation.Scenarios;
using FedActors.Storage.Training;

namespace FedActors.Scripts.Scenarios;

/// <summary>From a scenario's settings to what the simulator runs.</summary>
internal static class ScenarioSetups
{
    /// <summary>The rules of a run: those of a real one.</summary>
    public static FederationOptions OptionsOf(ScenarioVariant variant, ulong seed) => FedConfig.From(variant.Values).Federation with { Seed = seed };

    /// <summary>Prepares one run.</summary>
    public static ScenarioSetup Of(ScenarioVariant variant, ulong seed, IVirtualClients clients, ITrainingStore store, TimeProvider time)
    {
        ConfigValues values = variant.Values;
        return new ScenarioSetup
        {
            Options = OptionsOf(variant, seed),
            Clients = clients,
            Store = store,
            Configuration = JsonOf(values, seed).ToJsonString(),
            Devices = new DeviceSpeeds(values.Get(ScenarioKeys.Speed)),
            Availability = new Availability(values.Get(ScenarioKeys.Online), values.Get(ScenarioKeys.Offline)),
            Network = NetworkOf(values),
            Faults = FaultsOf(values),
            Attack = AllAttacks.Find(values.Get(ScenarioKeys.Attack)),
            AttackShare = values.Get(ScenarioKeys.AttackShare),
            Time = time,
        };
    }

    /// <summary>Prepares one run of peers.</summary>
    public static PeerScenarioSetup OfPeers(ScenarioVariant variant, ulong seed, IVirtualClients clients, DateTimeOffset startedAt)
    {
        ConfigValues values = variant.Values;
        FedConfig config = FedConfig.From(values);
        return new PeerScenarioSetup
        {
            Options = LocalGossip.Options(config) with { Seed = seed },
            Clients = clients,
            Topology = config.Gossip.Topology,
            Devices = new DeviceSpeeds(values.Get(ScenarioKeys.Speed)),
            Availability = new Availability(values.Get(ScenarioKeys.Online), values.Get(ScenarioKeys.Offline)),
            Network = NetworkOf(values),
            Splits = new NetworkSplits(values.Get(ScenarioKeys.Whole), values.Get(ScenarioKeys.Split)),
            Faults = FaultsOf(values),
            Attack = AllAttacks.Find(values.Get(ScenarioKeys.Attack)),
            AttackShare = values.Get(ScenarioKeys.AttackShare),
            StartedAt = startedAt,
        };
    }

    /// <summary>The settings that decide a run, as it keeps them.</summary>
    public static JsonObject JsonOf(ConfigValues values, ulong seed)
    {
        ConfigValues own = new(values);
        own.Set(ConfigKeys.Seed, seed, "this run");
        return own.ToJson([.. ScenarioKeys.All.Where(key => key != ScenarioKeys.Seeds), .. KeysOf(values)]);
    }

    /// <summary>The settings of a real run that a scenario shares.</summary>
    public static IReadOnlyList<ConfigKey> KeysOf(ConfigValues values)
    {
        bool isGossip = values.Get(ConfigKeys.Mode) == RunMode.Gossip;
        ConfigKey mode = isGossip ? ConfigKeys.Mode : ConfigKeys.Compression;
        string[] own = isGossip ? ["Gossip:"] : ["Protocol:", "Termination:", "Participation:"];
        return
        [
            .. ConfigKeys.All.Where(key => key == mode || key == ConfigKeys.Seed
                || ((string[])["Training:", "Strategy:", .. own]).Any(section => key.Path.StartsWith(section, StringComparison.Ordinal))),
        ];
    }

    private static NetworkConditions NetworkOf(ConfigValues values) => new()
    {
        Latency = values.Get(ScenarioKeys.Latency),
        Download = values.Get(ScenarioKeys.Download),
        Upload = values.Get(ScenarioKeys.Upload),
        Loss = values.Get(ScenarioKeys.Loss),
        Reconnect = values.Get(ScenarioKeys.Reconnect),
    };

    private static ClientFaults FaultsOf(ConfigValues values) => new()
    {
        Crash = values.Get(ScenarioKeys.Crash),
        Restart = values.Get(ScenarioKeys.Restart),
        Failure = values.Get(ScenarioKeys.Failure),
        Silence = values.Get(ScenarioKeys.Silence),
        Damage = values.Get(ScenarioKeys.Damage),
        Duplicate = values.Get(ScenarioKeys.Duplicate),
    };
}
