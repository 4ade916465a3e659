using System.Runtime.InteropServices;

namespace FedActors.Scripts.Processes;

/// <summary>Calls of the system that .NET has no name for. Not for Windows.</summary>
internal static class PosixCalls
{
    private const int Terminate = 15;

    /// <summary>Asks a process to end. False when it is gone or not ours to ask.</summary>
    public static bool TryTerminate(int processId) => Kill(processId, Terminate) == 0;

    /// <summary>Leaves the terminal and its signals, so that closing it does not end this process.</summary>
    public static void LeaveTerminal() => SetSession();

    /// <summary>On which of the first 64 processors the calling thread may run, a bit for each; null where that cannot be said. Linux alone.</summary>
    public static ulong? Processors()
    {
        ulong processors = 0;
        return GetAffinity(0, sizeof(ulong), ref processors) == 0 ? processors : null;
    }

    /// <summary>Has the calling thread, and the processes that it starts from now on, run on these processors alone. Linux alone.</summary>
    public static bool TryBind(ulong processors) => SetAffinity(0, sizeof(ulong), ref processors) == 0;

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int processId, int signal);

    [DllImport("libc", EntryPoint = "setsid", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetSession();

    [DllImport("libc", EntryPoint = "sched_getaffinity", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int GetAffinity(int threadId, nint bytes, ref ulong processors);

    [DllImport("libc", EntryPoint = "sched_setaffinity", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetAffinity(int threadId, nint bytes, ref ulong processors);
}
