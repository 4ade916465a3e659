using System.CommandLine;
using FedActors.Actors.Transport;
using FedActors.FL.Data;
using FedActors.Storage;

namespace FedActors.Scripts.Cli;

/// <summary>The process's edge: runs a command's work under its deadline and turns whatever comes of it into output and an exit code.</summary>
internal sealed class CommandRunner(GlobalOptions options, Terminal terminal, TimeProvider time)
{
    /// <summary>Gives a command its work.</summary>
    public void Bind(Command command, CommandBody body) =>
        command.SetAction(async (arguments, cancellationToken) => (int)await RunAsync(arguments, body, cancellationToken).ConfigureAwait(false));

    private async Task<ExitCode> RunAsync(ParseResult arguments, CommandBody body, CancellationToken stopping)
    {
        var output = new CommandOutput(terminal, arguments.GetValue(options.Format), arguments.GetValue(options.Quiet));
        TimeSpan? timeout = arguments.GetValue(options.Timeout);
        using var deadline = new CancellationTokenSource(timeout ?? Timeout.InfiniteTimeSpan, time);
        var context = new CommandContext(arguments, options, output, terminal, time, deadline.Token);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(stopping, deadline.Token);
        try
        {
            return output.Finish(await body(context, either.Token).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            return output.Fail(stopping.IsCancellationRequested
                ? new CommandFailure(ExitCode.RunFailed, "interrupted", "Interrupted before the command was done.")
                : new CommandFailure(ExitCode.Timeout, "timeout", $"Not done within {timeout}. Give it longer with --timeout."));
        }
        catch (CommandFailure failure)
        {
            return output.Fail(failure);
        }
        catch (StoreException exception)
        {
            return output.Fail(Explained.Of(exception));
        }
        catch (DataFileException exception)
        {
            return output.Fail(new CommandFailure(ExitCode.InvalidState, "invalid_data", exception.Message, exception));
        }
        catch (TransportException exception)
        {
            return output.Fail(Explained.Of(exception));
        }
        catch (Exception exception)
        {
            return output.Fail(Explained.Unexpected(exception, arguments.CommandResult.Command.Name, arguments.GetValue(options.Verbose)));
        }
    }
}

/// <summary>A command's work.</summary>
internal delegate Task<CommandResult> CommandBody(CommandContext context, CancellationToken cancellationToken);
