using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace FedActors.Scripts.Cli;

/// <summary>The usual help with the command's examples below it.</summary>
/// <param name="usual">The usual help.</param>
/// <param name="ofRoot">The examples of the whole program, where it is one command.</param>
internal sealed class TeachingHelp(HelpAction usual, IReadOnlyList<Example> ofRoot) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        int code = usual.Invoke(parseResult);
        IReadOnlyList<Example> examples = parseResult.CommandResult.Command is FedCommand command ? command.Examples : ofRoot;
        if (examples.Count > 0)
        {
            TextWriter output = parseResult.InvocationConfiguration.Output;
            output.WriteLine("Examples:");
            int width = examples.Max(e => e.CommandLine.Length);
            foreach (Example example in examples)
            {
                output.WriteLine($"  {example.CommandLine.PadRight(width)}  {example.Meaning}");
            }

            output.WriteLine();
        }

        return code;
    }
}
