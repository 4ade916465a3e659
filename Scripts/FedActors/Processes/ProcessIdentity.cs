using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace FedActors.Scripts.Processes;

/// <summary>A process that cannot be mistaken for a later one with the same number.</summary>
/// <param name="Id">The process's number.</param>
/// <param name="Started">When it started, in a form that is the same whoever asks.</param>
internal sealed record ProcessIdentity(int Id, string Started)
{
    /// <summary>The identity of a living process, or null.</summary>
    public static ProcessIdentity? Find(int id)
    {
        try
        {
            using Process process = Process.GetProcessById(id);
            return process.HasExited || StartOf(process) is not { } started ? null : new ProcessIdentity(id, started);
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException or Win32Exception)
        {
            // No such process, or it ended while it was being looked at.
            return null;
        }
    }

    /// <summary>Whether this very process lives.</summary>
    public bool IsAlive() => Find(Id) == this;

    /// <summary>The process, to wait for or to end; null when it is gone.</summary>
    public Process? Open()
    {
        try
        {
            Process process = Process.GetProcessById(Id);
            if (!process.HasExited && StartOf(process) == Started)
            {
                return process;
            }

            process.Dispose();
            return null;
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException or Win32Exception)
        {
            // As above.
            return null;
        }
    }

    /// <summary>
    /// Linux counts in ticks since boot, which together with the boot's own id never repeats. .NET's StartTime there depends on the clock
    /// at the time of asking; elsewhere the system keeps it exactly.
    /// </summary>
    private static string? StartOf(Process process) => OperatingSystem.IsLinux()
        ? LinuxStart(process.Id)
        : process.StartTime.ToUniversalTime().Ticks.ToString(CultureInfo.InvariantCulture);

    private static string? LinuxStart(int id)
    {
        try
        {
            // Field 22 of proc(5)'s stat; the second field is the program's name in parentheses and may hold anything.
            string stat = File.ReadAllText($"/proc/{id}/stat");
            string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            bool isZombie = fields[0] is "Z" or "X";
            return isZombie ? null : $"{File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim()}/{fields[19]}";
        }
        catch (IOException)
        {
            // It ended while it was being looked at.
            return null;
        }
    }
}
