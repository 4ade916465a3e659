using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace FedActors.Scripts.Cli;

/// <summary>The usual help with the command's examples below it.</summary>
internal sealed class TeachingHelp(HelpAction usual) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        int code = usual.Invoke(parseResult);
        if (parseResult.CommandResult.Command is FedCommand { Examples.Count: > 0 } command)
        {
            TextWriter output = parseResult.InvocationConfiguration.Output;
            output.WriteLine("Examples:");
            int width = command.Examples.Max(e => e.CommandLine.Length);
            foreach (Example example in command.Examples)
            {
                output.WriteLine($"  {example.CommandLine.PadRight(width)}  {example.Meaning}");
            }

            output.WriteLine();
        }

        return code;
    }
}
