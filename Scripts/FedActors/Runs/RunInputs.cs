using FedActors.FL.Data;
using FedActors.FL.Models;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Configuration;

namespace FedActors.Scripts.Runs;

/// <summary>A configuration and the data set that it names, made to fit each other.</summary>
/// <param name="Config">The configuration, with as many workers or peers as there are sites where nobody set their number.</param>
/// <param name="Data">The data set, with as many sites as there are workers or peers.</param>
internal sealed record RunInputs(FedConfig Config, IFederatedData Data)
{
    /// <summary>Loads both.</summary>
    /// <exception cref="CommandFailure">The configuration has faults, or asks for more of them than the data set has sites.</exception>
    /// <exception cref="DataFileException">The data set cannot be read.</exception>
    /// <param name="load">The configuration.</param>
    /// <param name="isNetwork">Whether processes will connect, so that certificates must be there.</param>
    public static RunInputs Load(ConfigLoad load, bool isNetwork = false)
    {
        if (load.Faults.Count > 0 || (isNetwork && ReferencedFiles.Tls(load.Values).Any()))
        {
            throw CommandContext.ConfigFailure([.. load.Faults, .. ReferencedFiles.Check(load.Values)]);
        }

        ConfigValues values = load.Values;
        CheckMode(values);
        IFederatedData data = FederatedData.Open(values.Get(ConfigKeys.DataSource), FedConfig.OnDemandOf(values));
        int sites = data.Manifest.Sites.Count;
        ConfigKey<int> count = values.Get(ConfigKeys.Mode) == "gossip" ? ConfigKeys.Peers : ConfigKeys.Workers;
        if (!values.IsSet(count) && sites != values.Get(count))
        {
            values.Set(count, sites, "the data set's sites");
            ConfigLoader.AdaptQuorum(values);
        }

        int taking = values.Get(count);
        if (taking > sites)
        {
            throw CommandContext.ConfigFailure([new ConfigFault(count.Path, $"{taking}", values.Origin(count), $"must be at most {sites}: the data set {data.Manifest.Name} has no more sites")]);
        }

        ModelSpecification model = ModelChoice.Specify(data.Manifest, values.Get(ConfigKeys.Model), values.Origin(ConfigKeys.Model));
        ModelChoice.CheckCompression(model, values.Get(ConfigKeys.Compression), values.Origin(ConfigKeys.Compression));
        return new RunInputs(FedConfig.From(values), taking == sites ? data : new SelectedSites(data, taking));
    }

    /// <summary>What somebody has asked for on the command line and the mode does not know is not passed over in silence. A file may hold settings of both modes.</summary>
    private static void CheckMode(ConfigValues values)
    {
        bool isGossip = values.Get(ConfigKeys.Mode) == "gossip";
        (string other, string[] sections) = isGossip ? ("coordinated", ["Participation:", "Termination:", "Protocol:", "Package:"]) : ("gossip", new[] { "Gossip:" });
        ConfigFault[] faults =
        [
            .. ConfigKeys.All.Where(key => sections.Any(section => key.Path.StartsWith(section, StringComparison.Ordinal)) && values.Origin(key).StartsWith("--", StringComparison.Ordinal))
                .Select(key => new ConfigFault(key.Path, values.Json(key)?.ToJsonString(), values.Origin(key), $"means something only in {other} mode: leave it out, or choose that mode ({(isGossip ? "run --mode coordinated, up coordinated" : "run --mode gossip, up gossip")})")),
        ];
        if (faults.Length > 0)
        {
            throw CommandContext.ConfigFailure(faults);
        }
    }
}
