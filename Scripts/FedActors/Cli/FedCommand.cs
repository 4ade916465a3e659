using System.CommandLine;
using FedActors.Scripts.Configuration;

namespace FedActors.Scripts.Cli;

/// <summary>A command whose help shows it in use.</summary>
internal sealed class FedCommand : Command
{
    public FedCommand(string name, string description, params IReadOnlyList<Example> examples)
        : base(name, description) => Examples = examples;

    /// <summary>Command lines to learn from.</summary>
    public IReadOnlyList<Example> Examples { get; }

    /// <summary>Adds an argument that a misspelt option is not taken for.</summary>
    public Argument<T> Takes<T>(string name, string description, ArgumentArity? arity = null)
    {
        var argument = new Argument<T>(name) { Description = description, Arity = arity ?? ArgumentArity.ExactlyOne };
        argument.Validators.Add(result =>
        {
            foreach (string option in result.Tokens.Select(t => t.Value).Where(v => v.StartsWith('-') && v.Length > 1))
            {
                string? nearest = Spelling.Nearest(option, Options.Select(o => o.Name));
                result.AddError($"There is no option {option}.{(nearest is null ? string.Empty : $" Did you mean {nearest}?")}");
            }
        });
        Arguments.Add(argument);
        return argument;
    }
}

/// <summary>A command line and what it does.</summary>
internal sealed record Example(string CommandLine, string Meaning);
