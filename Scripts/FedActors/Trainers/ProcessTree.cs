using System.Diagnostics;
using System.Globalization;

namespace FedActors.Scripts.Trainers;

/// <summary>What a process takes together with those that it started.</summary>
internal static class ProcessTree
{
    // A trainer has some data loaders. A fork bomb is not measured to its end.
    private const int MostProcesses = 1_000;

    /// <summary>Bytes of working set; 0 once it has ended. Of the process alone where the system is not Linux.</summary>
    /// <param name="root">The process.</param>
    /// <param name="most">What it may take. Pages that several processes share are told apart only above that, since the kernel takes long to.</param>
    public static long WorkingSet(Process root, long most)
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

        List<string> all = Find($"{root.Id}");
        long resident = all.Sum(id => Resident(id, shared: true));
        return resident > most ? all.Sum(id => Proportional(id, isRoot: id == all[0])) : resident;
    }

    private static List<string> Find(string root)
    {
        Queue<string> waiting = new([root]);
        List<string> all = [];
        while (all.Count < MostProcesses && waiting.TryDequeue(out string? id))
        {
            all.Add(id);
            try
            {
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

        return all;
    }

    // Fields 2 and 3 of proc(5)'s statm count resident pages, and those of them that others may share.
    private static long Resident(string id, bool shared)
    {
        try
        {
            long[] pages = [.. File.ReadAllText($"/proc/{id}/statm").Split(' ').Select(number => long.Parse(number, CultureInfo.InvariantCulture))];
            return (pages[1] - (shared ? 0 : pages[2])) * Environment.SystemPageSize;
        }
        catch (IOException)
        {
            return 0;
        }
    }

    // The kernel divides each page among those that share it.
    private static long Proportional(string id, bool isRoot)
    {
        const string Field = "Pss:";
        try
        {
            string line = File.ReadLines($"/proc/{id}/smaps_rollup").First(line => line.StartsWith(Field, StringComparison.Ordinal));
            return long.Parse(line.AsSpan(Field.Length, line.Length - Field.Length - " kB".Length), NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture) << 10;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            // It has ended, or this kernel does not say.
            return Resident(id, shared: isRoot);
        }
    }
}
