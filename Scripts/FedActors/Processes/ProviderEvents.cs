using System.Text.Json.Nodes;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Runs;
using FedActors.Storage.Training;

namespace FedActors.Scripts.Processes;

/// <summary>Shows a run that a provider in another process tells of.</summary>
/// <param name="display">Where to.</param>
/// <param name="output">Told of every event, for programs.</param>
/// <param name="dataSource">What the data set is called.</param>
/// <param name="storedRounds">A run's committed rounds: a provider that was killed may have committed one without telling.</param>
internal sealed class ProviderEvents(RoundScreen display, CommandOutput output, string dataSource, Func<string, IReadOnlyList<RoundRecord>> storedRounds)
{
    private int _rounds;
    private int _shown;
    private string? _runId;

    public void On(ChildSpecification child, string name, JsonNode? data)
    {
        output.Event(name, () => new JsonObject { ["process"] = child.Name, ["data"] = data?.DeepClone() });
        if (data is null)
        {
            return;
        }

        switch (name)
        {
            case "started":
                OnStarted(data);
                break;
            case "round":
                Show(RunJsonReader.Round(data));
                break;
            case "member" when data["change"]!.GetValue<string>() != "joined":
                display.Note(RoundText.Member($"{data["role"]}", $"{data["member"]}", $"{data["change"]}", $"{data["text"]}"));
                break;
            case "waiting":
                display.Waiting(data["cause"]!.GetValue<string>());
                break;
        }
    }

    private void OnStarted(JsonNode data)
    {
        _rounds = data["rounds"]!.GetValue<int>();
        if (_runId is null)
        {
            display.Title(RoundText.Summary(dataSource, RunJsonReader.Summary(data)));
        }

        _runId = data["run_id"]!.GetValue<string>();
        if (data["committed_rounds"]!.GetValue<int>() is > 0 and var committed)
        {
            foreach (RoundRecord untold in storedRounds(_runId).Skip(_shown))
            {
                Show(untold);
            }

            display.Note($"Going on with run {_runId} after its round {committed}.");
        }
    }

    private void Show(RoundRecord round)
    {
        if (round.Round > _shown)
        {
            _shown = round.Round;
            display.Show(round, _rounds);
        }
    }
}
