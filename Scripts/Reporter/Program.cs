using FedActors.Scripts.Cli;
using FedActors.Scripts.Commands;

// The same code as "fedactors start reporter", for machines that are to run nothing else.
using var signals = new ProcessSignals(() => Environment.Exit((int)ExitCode.RunFailed));
Terminal terminal = Terminal.OfProcess() with { Program = "reporter" };
return await new FedActorsCommandLine(terminal, TimeProvider.System, StartReporterCommand.Create).RunAsync(args, signals.Stopping).ConfigureAwait(false);
