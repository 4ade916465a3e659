using FedActors.Scripts.Cli;
using FedActors.Storage.Training;

namespace FedActors.Scripts.Runs;

/// <summary>Finds the run that a person means.</summary>
internal static class RunLookup
{
    /// <summary>The run with this id or the only one that begins so; the newest where none is named.</summary>
    public static RunRecord Find(ITrainingStore store, string? id, string storePath)
    {
        IReadOnlyList<RunRecord> runs = store.ListRuns();
        if (runs.Count == 0)
        {
            throw new CommandFailure(ExitCode.InvalidState, "store_conflict", $"{storePath} holds no runs yet. fedactors run makes one.");
        }

        if (id is null)
        {
            return runs[0];
        }

        RunRecord[] found = [.. runs.Where(r => r.Id == id)];
        found = found.Length > 0 ? found : [.. runs.Where(r => r.Id.StartsWith(id, StringComparison.OrdinalIgnoreCase))];
        return found.Length switch
        {
            1 => found[0],
            0 => throw new CommandFailure(ExitCode.InvalidState, "store_conflict", $"There is no run {id} in {storePath}. fedactors runs list shows those that are there."),
            _ => throw new CommandFailure(ExitCode.InvalidState, "store_conflict", $"{found.Length} runs begin with {id}: {string.Join(", ", found.Take(10).Select(r => r.Id))}. Give more of the id."),
        };
    }
}
