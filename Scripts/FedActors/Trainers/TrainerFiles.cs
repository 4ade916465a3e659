using System.Text.Json;
using System.Text.Json.Nodes;
using FedActors.FL.Configuration;
using FedActors.FL.Data;
using FedActors.FL.Models;
using FedActors.FL.Training;

namespace FedActors.Scripts.Trainers;

/// <summary>The files by which an external trainer is told what to do and tells what it did; docs/external-trainer.md is their contract.</summary>
internal sealed class TrainerFiles(string folder, string trainer)
{
    private const int ContractVersion = 1;

    private string Data => Path.Combine(folder, "data.npz");

    private string Job => Path.Combine(folder, "job.json");

    private string Parameters => Path.Combine(folder, "parameters.npz");

    private string Correction => Path.Combine(folder, "correction.npz");

    private string Trained => Path.Combine(folder, "trained.npz");

    private string Metrics => Path.Combine(folder, "metrics.json");

    public void WriteData(DataSet data) => NpzWriter.Write(
        Data,
        [
            new("x", NpyArray.Of(data.Values.ToArray(), data.Count, data.Features)),
            new("y", NpyArray.Of(Array.ConvertAll(data.Labels.ToArray(), static label => (long)label), data.Count)),
        ],
        compress: false);

    /// <summary>Writes a job, and takes away what an earlier one left.</summary>
    public void WriteJob(TrainerSubject subject, ParameterVector global, TrainingOptions options, long round, LocalWork work)
    {
        File.Delete(Trained);
        File.Delete(Metrics);
        File.Delete(Correction);
        WriteTensors(Parameters, global);
        if (work.IsCorrected)
        {
            WriteTensors(Correction, new ParameterVector(global.Layout, work.Correction.ToArray()));
        }

        JsonObject job = new()
        {
            ["version"] = ContractVersion,
            ["model"] = subject.Specification.Kind,
            ["features"] = subject.Specification.Features,
            ["classes"] = subject.Specification.Classes,
            ["tensors"] = new JsonArray([.. global.Layout.Tensors.Select(tensor => (JsonNode)tensor.Name)]),
            ["site"] = subject.Site,
            ["seed"] = subject.Seed,
            ["round"] = round,
            ["epochs"] = options.LocalEpochs,
            ["steps"] = work.Steps,
            ["batch_size"] = options.BatchSize,
            ["learning_rate"] = LearningRates.Of(options, round),
            ["mu"] = options.Mu,
            ["optimizer"] = options.Optimizer,
            ["momentum"] = options.Momentum,
            ["weight_decay"] = options.WeightDecay,
        };
        File.WriteAllText(Job, job.ToJsonString());
    }

    /// <summary>Reads what the trainer made of it.</summary>
    /// <exception cref="TrainerException">It is not there, cannot be read, or does not fit the model.</exception>
    public TrainingResult Read(ParameterLayout layout, int samples)
    {
        ParameterVector trained = ReadTensors(layout);
        JsonObject metrics = ReadMetrics();
        return new TrainingResult(trained, samples, Number(metrics, "loss"), Number(metrics, "accuracy"), (long)Number(metrics, "steps"));
    }

    private static void WriteTensors(string path, ParameterVector vector) => NpzWriter.Write(
        path,
        [.. vector.Layout.Tensors.Select((tensor, i) => KeyValuePair.Create(tensor.Name, NpyArray.Of(vector.Tensor(i).ToArray(), tensor.Dimensions)))],
        compress: false);

    private ParameterVector ReadTensors(ParameterLayout layout)
    {
        if (!File.Exists(Trained))
        {
            throw new TrainerException($"{trainer} ended well but wrote no trained.npz. It is to write one array for each of {layout}.");
        }

        ParameterVector trained = new(layout);
        try
        {
            using NpzReader reader = NpzReader.Open(Trained);
            for (int i = 0; i < layout.Tensors.Length; i++)
            {
                TensorShape tensor = layout.Tensors[i];
                NpyArray array = reader.Contains(tensor.Name)
                    ? reader.Read(tensor.Name)
                    : throw new TrainerException($"{trainer} wrote a trained.npz without {tensor}. It has {string.Join(", ", reader.Names)}.");
                if (!array.Shape.AsSpan().SequenceEqual(tensor.Dimensions))
                {
                    throw new TrainerException($"{trainer} wrote {tensor.Name}[{string.Join(',', array.Shape)}]; the model has {tensor}.");
                }

                array.ToSingles().CopyTo(trained.AsSpan()[layout.OffsetOf(i)..]);
            }
        }
        catch (DataFileException e)
        {
            throw new TrainerException($"{trainer} wrote a trained.npz that cannot be read: {e.Message}", e);
        }

        return trained;
    }

    private JsonObject ReadMetrics()
    {
        try
        {
            return JsonNode.Parse(File.ReadAllText(Metrics)) as JsonObject ?? throw new TrainerException($"{trainer} wrote a metrics.json that is no object.");
        }
        catch (FileNotFoundException e)
        {
            throw new TrainerException($"{trainer} ended well but wrote no metrics.json.", e);
        }
        catch (JsonException e)
        {
            throw new TrainerException($"{trainer} wrote a metrics.json that is no JSON: {e.Message}", e);
        }
    }

    private double Number(JsonObject metrics, string name) => metrics[name] is JsonValue value && value.TryGetValue(out double number)
        ? number
        : throw new TrainerException($"{trainer} wrote a metrics.json without a number \"{name}\".");
}
