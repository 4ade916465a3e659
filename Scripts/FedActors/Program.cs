using FedActors.Scripts.Cli;

// The one place that takes the process's own clock, streams and signals.
using var signals = new ProcessSignals(() => Environment.Exit((int)ExitCode.RunFailed));
return await new FedActorsCommandLine(Terminal.OfProcess(), TimeProvider.System).RunAsync(args, signals.Stopping).ConfigureAwait(false);
