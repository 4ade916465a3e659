using System.Diagnostics;

namespace FedActors.Scripts.Trainers;

/// <summary>What a process takes together with those that it started.</summary>
internal static class ProcessTree
{
    // A trainer has some data loaders. A fork bomb is not measured to its end.
    private const int MostProcesses = 1_000;

    /// <summary>Bytes of working set; 0 once it has ended. Of the process alone where the system is not Linux.</summary>
    public static long WorkingSet(Process root)
    {
        root.Refresh();
        if (root.HasExited)
        {
            return 0;
        }

        if (!OperatingSystem.IsLinux())
        {
            return root.WorkingSet64;
        }

        Queue<string> waiting = new([$"{root.Id}"]);
        long bytes = 0;
        for (int seen = 0; seen < MostProcesses && waiting.TryDequeue(out string? id); seen++)
        {
            try
            {
                // Field 2 of proc(5)'s statm counts resident pages.
                bytes += long.Parse(File.ReadAllText($"/proc/{id}/statm").Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture) * Environment.SystemPageSize;
                foreach (string thread in Directory.GetDirectories($"/proc/{id}/task"))
                {
                    foreach (string child in File.ReadAllText($"{thread}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries))
                    {
                        waiting.Enqueue(child);
                    }
                }
            }
            catch (IOException)
            {
                // It ended while it was being looked at, and takes nothing any more.
                continue;
            }
        }

        return bytes;
    }
}
