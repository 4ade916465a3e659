using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace FedActors.Scripts.Trainers;

/// <summary>Ends what a trainer has left behind: processes that outlive the one that was started, whoever their parent is by now.</summary>
/// <remarks>They are known by a variable that each inherits. One that runs as another user, or has cleared its environment, is not found.</remarks>
internal static class TrainerLeftovers
{
    /// <summary>The variable that holds the mark.</summary>
    public const string Variable = "FEDACTORS_TRAINER_RUN";

    // In what follows the program's name in proc(5)'s stat: field 51, where the environment ends.
    private const int EnvironmentEnd = 48;

    // Whoever starts processes faster than they are ended is not chased for ever.
    private const int MaxSweeps = 10;

    /// <summary>A mark that no other run has, of this process or of another on this machine: a thread waits for the run that it has started.</summary>
    /// <param name="timestamp">Of the run's start.</param>
    public static string Mark(long timestamp) =>
        string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId}.{Environment.CurrentManagedThreadId}.{timestamp:x}");

    /// <summary>Kills all that bear a mark. Does nothing where the system is not Linux.</summary>
    public static void End(string mark)
    {
        bool found = OperatingSystem.IsLinux();
        for (int sweep = 0; found && sweep < MaxSweeps; sweep++)
        {
            found = KillOnce($"{Variable}={mark}");
        }
    }

    private static bool KillOnce(string marked)
    {
        bool found = false;
        foreach (string folder in Directory.GetDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out int id))
            {
                continue;
            }

            try
            {
                string environment = File.ReadAllText($"{folder}/environ");
                if (environment.Split('\0').Contains(marked, StringComparer.Ordinal))
                {
                    using Process left = Process.GetProcessById(id);
                    left.Kill();
                    found = true;
                }
                else if (environment.Length == 0 && IsBetweenPrograms(folder))
                {
                    // It may be one of those, and is looked at again.
                    found = true;
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or InvalidOperationException or Win32Exception)
            {
                // It is another user's, or has ended meanwhile.
                continue;
            }
        }

        return found;
    }

    /// <summary>Whether a process is about to become another program: it has given up its variables, and not been given them again.</summary>
    /// <param name="folder">The system's folder of the process.</param>
    internal static bool IsBetweenPrograms(string folder)
    {
        string stat = File.ReadAllText($"{folder}/stat");
        bool hasNone = stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[EnvironmentEnd].TrimEnd() == "0";

        // What the kernel runs for itself, and what has ended, has no program either.
        return hasNone && new FileInfo($"{folder}/exe").LinkTarget is not null;
    }
}
