using FedActors.Actors.Transport;
using FedActors.Storage;

namespace FedActors.Scripts.Cli;

/// <summary>Exceptions as failures of a command.</summary>
internal static class Explained
{
    public static CommandFailure Of(StoreException exception) =>
        new(ExitCode.InvalidState, ErrorCode(exception.Fault), exception.Message, exception);

    /// <summary>A store's fault as an error code; its exit code is <see cref="ExitCode.InvalidState"/>.</summary>
    public static string ErrorCode(StoreFault fault) => fault switch
    {
        StoreFault.Missing => "store_missing",
        StoreFault.Foreign => "store_foreign",
        StoreFault.Newer => "store_newer",
        StoreFault.Corrupt => "store_corrupt",
        StoreFault.Disk => "store_disk",
        StoreFault.Busy => "store_busy",
        _ => "store_conflict",
    };

    public static CommandFailure Of(TransportException exception)
    {
        string code = exception.Fault switch
        {
            TransportFault.AddressInUse => "port_in_use",
            TransportFault.InvalidAddress or TransportFault.AccessDenied or TransportFault.Refused or TransportFault.Unreachable or TransportFault.Broken => "unreachable",
            _ => "tls",
        };
        return new CommandFailure(ExitCode.Connection, code, exception.Message, exception);
    }

    /// <summary>What no command foresaw: say what and where, and what to do with it.</summary>
    public static CommandFailure Unexpected(Exception exception, string command, bool verbose)
    {
        string where = exception.StackTrace?.Split('\n').FirstOrDefault(l => l.Contains("FedActors", StringComparison.Ordinal))?.Trim() ?? $"in {command}";
        return new CommandFailure(ExitCode.RunFailed, "unexpected", $"The command met an error that it did not foresee: {exception.GetType().Name}: {exception.Message}", exception)
        {
            Details = verbose
                ? exception.ToString().Split('\n')
                : [where, "Run it again with -v for the whole trace, and report it with that; committed rounds are safe in the store."],
        };
    }
}
