using System.CommandLine;
using System.Globalization;
using System.Numerics;

namespace FedActors.Scripts.Cli;

/// <summary>Options that are numbers in a range: help names it, and so does the error.</summary>
internal static class RangedOption
{
    /// <summary>Adds one to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="name">With its dashes.</param>
    /// <param name="description">A sentence; the range follows it.</param>
    /// <param name="usual">The value where it is not given.</param>
    /// <param name="least">The least.</param>
    /// <param name="most">The most.</param>
    /// <param name="unit">What the number is, for help.</param>
    /// <param name="over">Whether the least is outside the range.</param>
    public static Option<T> Of<T>(Command command, string name, string description, T usual, T least, T most, string unit = "count", bool over = false)
        where T : struct, INumber<T>
    {
        string range = over ? $"over {Text(least)} and at most {Text(most)}" : $"from {Text(least)} to {Text(most)}";
        var option = new Option<T>(name) { Description = $"{description} {char.ToUpperInvariant(range[0])}{range[1..]}.", HelpName = unit, DefaultValueFactory = _ => usual };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && !(T.TryParse(result.Tokens[0].Value, CultureInfo.InvariantCulture, out T value) && (over ? value > least : value >= least) && value <= most))
            {
                result.AddError($"{name} is \"{result.Tokens[0].Value}\": it must be {range}.");
            }
        });
        command.Options.Add(option);
        return option;
    }

    private static string Text<T>(T value)
        where T : struct, INumber<T> => value.ToString(value is int ? "N0" : null, CultureInfo.InvariantCulture);
}
