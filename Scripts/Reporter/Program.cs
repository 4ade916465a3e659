using FedActors.Scripts.Cli;

// The same code as "fedactors start reporter", for machines that are to run nothing else.
using var signals = new ProcessSignals(() => Environment.Exit((int)ExitCode.RunFailed));
return await new FedActorsCommandLine(Terminal.OfProcess(), TimeProvider.System).RunAsync(["start", "reporter", .. args], signals.Stopping).ConfigureAwait(false);
