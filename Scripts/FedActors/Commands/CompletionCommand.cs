using System.CommandLine;
using FedActors.Scripts.Cli;

namespace FedActors.Scripts.Commands;

/// <summary><c>completion bash|zsh|fish|pwsh</c>: a script for the shell, which asks this program what could follow.</summary>
internal static class CompletionCommand
{
    /// <summary>What help says of it.</summary>
    public const string Description = "Prints a script that teaches your shell to complete this command.";

    private const string Bash = """
        _fedactors() {
          local IFS=$'\n'
          COMPREPLY=( $(fedactors "[suggest:$COMP_POINT]" "$COMP_LINE" 2>/dev/null | grep -F -- "${COMP_WORDS[COMP_CWORD]}") )
        }
        complete -o default -F _fedactors fedactors
        """;

    private const string Zsh = """
        #compdef fedactors
        _fedactors() {
          local -a found
          found=("${(@f)$(fedactors "[suggest:$CURSOR]" "$BUFFER" 2>/dev/null)}")
          compadd -- $found
        }
        compdef _fedactors fedactors
        """;

    private const string Fish = """
        complete -c fedactors -f -a '(fedactors "[suggest:"(commandline -C)"]" (commandline -b) 2>/dev/null)'
        """;

    private const string PowerShell = """
        Register-ArgumentCompleter -Native -CommandName fedactors -ScriptBlock {
          param($wordToComplete, $commandAst, $cursorPosition)
          fedactors "[suggest:$cursorPosition]" "$commandAst" | ForEach-Object {
            [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
          }
        }
        """;

    public static Command Create(CommandRunner runner)
    {
        var command = new FedCommand(
            "completion",
            Description,
            new Example("source <(fedactors completion bash)", "for this session"),
            new Example("fedactors completion fish > ~/.config/fish/completions/fedactors.fish", "for good"));
        Argument<string> shell = command.Takes<string>("shell", "Your shell.").AcceptOnlyFromAmong("bash", "zsh", "fish", "pwsh");
        runner.Bind(command, (context, _) =>
        {
            string script = context.Arguments.GetRequiredValue(shell) switch
            {
                "bash" => Bash,
                "zsh" => Zsh,
                "fish" => Fish,
                _ => PowerShell,
            };
            return Task.FromResult(new CommandResult { Data = script, Text = output => output.WriteLine(script) });
        });
        return command;
    }
}
