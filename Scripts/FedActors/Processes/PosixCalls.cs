using System.Runtime.InteropServices;

namespace FedActors.Scripts.Processes;

/// <summary>The two calls of POSIX that .NET has no name for. Not for Windows.</summary>
internal static class PosixCalls
{
    private const int Terminate = 15;

    /// <summary>Asks a process to end. False when it is gone or not ours to ask.</summary>
    public static bool TryTerminate(int processId) => Kill(processId, Terminate) == 0;

    /// <summary>Leaves the terminal and its signals, so that closing it does not end this process.</summary>
    public static void LeaveTerminal() => SetSession();

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int processId, int signal);

    [DllImport("libc", EntryPoint = "setsid", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetSession();
}
