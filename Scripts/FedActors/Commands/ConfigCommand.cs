using System.CommandLine;
using System.Text.Json.Nodes;
using FedActors.FL.Models;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Configuration;
using FedActors.Scripts.Runs;

namespace FedActors.Scripts.Commands;

/// <summary><c>config show|validate|schema</c>.</summary>
internal static class ConfigCommand
{
    /// <summary>What help says of it.</summary>
    public const string Description = "Shows and checks the configuration.";

    public static Command Create(CommandRunner runner)
    {
        var command = new FedCommand("config", Description);
        command.Subcommands.Add(Show(runner));
        command.Subcommands.Add(Validate(runner));
        command.Subcommands.Add(Schema(runner));
        return command;
    }

    private static FedCommand Show(CommandRunner runner)
    {
        var command = new FedCommand(
            "show",
            "Shows every setting as it would be used.",
            new Example("fedactors config show --origin", "and where each value came from"),
            new Example("fedactors config show --set Training:Mu=0.1 -o json", "for a program, with a setting changed"));
        var flags = new ConfigFlags().WithFile(command);
        var origin = new Option<bool>("--origin") { Description = "Show where each value came from." };
        command.Options.Add(origin);
        runner.Bind(command, (context, _) =>
        {
            ConfigLoad load = context.LoadConfig(flags);
            bool withOrigin = context.Arguments.GetValue(origin);
            return load.Faults.Count > 0 ? throw CommandContext.ConfigFailure(load.Faults) : Task.FromResult(new CommandResult
            {
                Data = Data(load.Values, withOrigin),
                Text = output => Write(output, load.Values, withOrigin),
            });
        });
        return command;
    }

    private static FedCommand Validate(CommandRunner runner)
    {
        var command = new FedCommand(
            "validate",
            "Checks the configuration and lists every fault at once.",
            new Example("fedactors config validate fed.json", "exit code 0 if it is right, 64 if not"));
        var flags = new ConfigFlags().WithFile(command);
        runner.Bind(command, (context, _) =>
        {
            ConfigLoad load = context.LoadConfig(flags);
            ConfigFault[] faults = [.. load.Faults, .. ReferencedFiles.Check(load.Values)];
            if (faults.Length > 0)
            {
                throw CommandContext.ConfigFailure(faults);
            }

            if (ModelChoice.FindManifest(load.Values.Get(ConfigKeys.DataSource)) is { } manifest)
            {
                ModelSpecification model = ModelChoice.Specify(manifest, load.Values.Get(ConfigKeys.Model), load.Values.Origin(ConfigKeys.Model));
                ModelChoice.CheckCompression(model, load.Values.Get(ConfigKeys.Compression), load.Values.Origin(ConfigKeys.Compression));
            }

            return Task.FromResult(new CommandResult
            {
                Data = new JsonObject { ["valid"] = true },
                Text = output => output.WriteLine("The configuration is valid."),
            });
        });
        return command;
    }

    private static FedCommand Schema(CommandRunner runner)
    {
        var command = new FedCommand(
            "schema",
            "Prints the JSON schema of the configuration, by which an editor completes and checks.",
            new Example("fedactors config schema > fed.schema.json", "then begin fed.json with \"$schema\": \"fed.schema.json\""),
            new Example("fedactors config schema --markdown", "the same as a table to read"));
        var markdown = new Option<bool>("--markdown") { Description = "Print a table of all settings instead." };
        command.Options.Add(markdown);
        runner.Bind(command, (context, _) => Task.FromResult(new CommandResult
        {
            Data = ConfigSchema.Build(),
            Text = output => output.Write(context.Arguments.GetValue(markdown) ? ConfigReference.Markdown() : ConfigSchema.Text()),
        }));
        return command;
    }

    private static JsonObject Data(ConfigValues values, bool withOrigin)
    {
        var data = new JsonObject { ["configuration"] = values.ToJson() };
        if (withOrigin)
        {
            data["origin"] = new JsonObject(ConfigKeys.All.Select(k => KeyValuePair.Create(k.Path, (JsonNode?)values.Origin(k))));
        }

        return data;
    }

    private static void Write(TextWriter output, ConfigValues values, bool withOrigin)
    {
        var table = new TextTable(withOrigin ? ["setting", "value", "origin"] : ["setting", "value"]);
        foreach (ConfigKey key in ConfigKeys.All)
        {
            string value = values.Json(key)?.ToString() ?? "-";
            table.Add(withOrigin ? [key.Path, value, values.Origin(key)] : [key.Path, value]);
        }

        table.Write(output);
    }
}
