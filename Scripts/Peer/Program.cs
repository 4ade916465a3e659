using FedActors.Scripts.Cli;

// The same code as "fedactors start peer", for machines that are to run nothing else.
using var signals = new ProcessSignals(() => Environment.Exit((int)ExitCode.RunFailed));
return await new FedActorsCommandLine(Terminal.OfProcess(), TimeProvider.System).RunAsync(["start", "peer", .. args], signals.Stopping).ConfigureAwait(false);
