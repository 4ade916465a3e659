using System.Text.Json.Nodes;
using FedActors.Scripts.Cli;

namespace FedActors.Tests.TestKit;

/// <summary>What a command line wrote and how it ended. It runs in this process, with its own streams and environment.</summary>
internal sealed record CommandLineRun(int ExitCode, string Out, string Error)
{
    /// <summary>Standard output as one JSON object.</summary>
    public JsonObject Json => JsonNode.Parse(Out)!.AsObject();

    public static Task<CommandLineRun> Of(params string[] arguments) => Of(new Dictionary<string, string>(), TimeProvider.System, CancellationToken.None, arguments);

    public static async Task<CommandLineRun> Of(IReadOnlyDictionary<string, string> environment, TimeProvider time, CancellationToken stopping, params string[] arguments)
    {
        var output = new StringWriter { NewLine = "\n" };
        var error = new StringWriter { NewLine = "\n" };
        var terminal = new Terminal { Out = TextWriter.Synchronized(output), Error = TextWriter.Synchronized(error), IsInteractive = false, Environment = environment };
        int code = await new FedActorsCommandLine(terminal, time).RunAsync(arguments, stopping);
        return new CommandLineRun(code, output.ToString(), error.ToString());
    }
}
