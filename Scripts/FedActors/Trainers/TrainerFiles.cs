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

    // Figures with names, and a confusion's counts, each on a line of its own.
    private const int MaxFiguresBytes = 1 << 16;
    private const int MaxCountBytes = 32;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    private string Data => Path.Combine(folder, "data.npz");

    private string Job => Path.Combine(folder, "job.json");

    private string Parameters => Path.Combine(folder, "parameters.npz");

    private string Correction => Path.Combine(folder, "correction.npz");

    private string Trained => Path.Combine(folder, "trained.npz");

    private string Metrics => Path.Combine(folder, "metrics.json");

    private string Predictions => Path.Combine(folder, "predictions.npz");

    public void WriteData(DataSet data) => NpzWriter.WriteExamples(Data, data, "x", "y");

    /// <summary>Writes examples whose classes nobody knows.</summary>
    public void WriteExamples(DataSet data) => NpzWriter.Write(Data, [new("x", NpyArray.Of(data.Values.ToArray(), data.Count, data.Features))], compress: false);

    /// <summary>Writes a model that is to be scored or to predict, and takes away what was left of an earlier one.</summary>
    public void WriteModel(ModelSpecification specification, ParameterVector parameters, string site, long round)
    {
        File.Delete(Metrics);
        File.Delete(Predictions);
        WriteTensors(Parameters, parameters);
        JsonObject job = Describe(specification, parameters.Layout);
        job["site"] = site;
        job["round"] = round;
        File.WriteAllText(Job, job.ToJsonString());
    }

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

        JsonObject job = Describe(subject.Specification, global.Layout);
        job["site"] = subject.Site;
        job["seed"] = subject.Seed;
        job["round"] = round;
        job["epochs"] = options.LocalEpochs;
        job["steps"] = work.Steps;
        job["batch_size"] = options.BatchSize;
        job["learning_rate"] = LearningRates.Of(options, round);
        job["mu"] = options.Mu;
        job["optimizer"] = options.Optimizer;
        job["momentum"] = options.Momentum;
        job["weight_decay"] = options.WeightDecay;
        File.WriteAllText(Job, job.ToJsonString());
    }

    /// <summary>Reads what the trainer made of it.</summary>
    /// <exception cref="TrainerException">It is not there, cannot be read, or does not fit the model.</exception>
    public TrainingResult Read(ParameterLayout layout, int samples)
    {
        ParameterVector trained = ReadTensors(layout);
        JsonObject metrics = ReadMetrics(MaxFiguresBytes);
        return new TrainingResult(trained, samples, Number(metrics, "loss"), Number(metrics, "accuracy"), (long)Number(metrics, "steps"));
    }

    /// <summary>Reads how a model was scored on examples.</summary>
    /// <exception cref="TrainerException">It is not there, cannot be read, or does not fit the examples.</exception>
    public EvaluationMetrics ReadScores(DataSet data)
    {
        JsonObject metrics = ReadMetrics(MaxFiguresBytes + ((long)MaxCountBytes * data.Classes * data.Classes));
        double loss = Number(metrics, "loss");
        long[] confusion = ReadConfusion(metrics, data.Classes);
        int[] examples = data.CountByClass();
        for (int label = 0; label < data.Classes; label++)
        {
            long counted = confusion.AsSpan(label * data.Classes, data.Classes).ToArray().Sum();
            if (counted != examples[label])
            {
                throw new TrainerException($"{trainer} wrote a confusion with {counted} examples of class {label}; data.npz has {examples[label]}.");
            }
        }

        return EvaluationMetrics.From(confusion, data.Classes, loss * data.Count);
    }

    /// <summary>Reads the classes that were predicted.</summary>
    /// <exception cref="TrainerException">They are not there, cannot be read, or do not fit the examples.</exception>
    public int[] ReadPredictions(int examples, int classes)
    {
        if (!File.Exists(Predictions))
        {
            throw new TrainerException($"{trainer} ended well but wrote no predictions.npz. It is to write an array y, int64 [{examples}].");
        }

        try
        {
            using NpzReader reader = NpzReader.Open(Predictions);
            NpyArray array = reader.Contains("y") ? reader.Read("y") : throw new TrainerException($"{trainer} wrote a predictions.npz without y. It has {string.Join(", ", reader.Names)}.");
            if (!array.Shape.AsSpan().SequenceEqual([examples]))
            {
                throw new TrainerException($"{trainer} wrote y[{string.Join(',', array.Shape)}]; {examples} examples were given.");
            }

            if (!array.TryToIntegers(out long[] predicted, out int index))
            {
                throw new TrainerException($"{trainer} predicted no whole number for example {index}.");
            }

            int bad = predicted.AsSpan().IndexOfAnyExceptInRange(0, classes - 1);
            return bad < 0 ? Array.ConvertAll(predicted, static label => (int)label) : throw new TrainerException($"{trainer} predicted class {predicted[bad]} for example {bad}; the model has classes 0 to {classes - 1}.");
        }
        catch (DataFileException e)
        {
            throw new TrainerException($"{trainer} wrote a predictions.npz that cannot be read: {e.Message}", e);
        }
    }

    private static JsonObject Describe(ModelSpecification specification, ParameterLayout layout) => new()
    {
        ["version"] = ContractVersion,
        ["model"] = specification.Kind,
        ["features"] = specification.Features,
        ["classes"] = specification.Classes,
        ["tensors"] = new JsonArray([.. layout.Tensors.Select(tensor => (JsonNode)tensor.Name)]),
    };

    private long[] ReadConfusion(JsonObject metrics, int classes)
    {
        string wanted = $"\"confusion\": {classes} lists of {classes} counts, by true class and then by predicted class";
        if (metrics["confusion"] is not JsonArray rows || rows.Count != classes)
        {
            throw new TrainerException($"{trainer} wrote a metrics.json without {wanted}.");
        }

        long[] confusion = new long[classes * classes];
        for (int label = 0; label < classes; label++)
        {
            for (int predicted = 0; predicted < classes; predicted++)
            {
                confusion[(label * classes) + predicted] = rows[label] is JsonArray row && row.Count == classes && row[predicted] is JsonValue value && value.TryGetValue(out long count) && count is >= 0 and <= int.MaxValue
                    ? count
                    : throw new TrainerException($"{trainer} wrote a metrics.json whose row {label} is not as in {wanted}.");
            }
        }

        return confusion;
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

    private JsonObject ReadMetrics(long most)
    {
        try
        {
            using FileStream file = File.OpenRead(Metrics);
            if (file.Length > most)
            {
                throw new TrainerException($"{trainer} wrote a metrics.json of {file.Length} bytes; at most {most} are read.");
            }

            byte[] text = new byte[file.Length];
            file.ReadExactly(text);
            JsonObject metrics = JsonNode.Parse(text, documentOptions: Strict) as JsonObject ?? throw new TrainerException($"{trainer} wrote a metrics.json that is no object.");

            // Names are read when they are first asked for; those that are no text are found now.
            return metrics.Count > 0 ? metrics : throw new TrainerException($"{trainer} wrote a metrics.json without figures.");
        }
        catch (FileNotFoundException e)
        {
            throw new TrainerException($"{trainer} ended well but wrote no metrics.json.", e);
        }
        catch (Exception e) when (e is JsonException or (InvalidOperationException and not TrainerException))
        {
            throw new TrainerException($"{trainer} wrote a metrics.json that is no JSON: {e.Message}", e);
        }
    }

    private double Number(JsonObject metrics, string name) => metrics[name] is JsonValue value && value.TryGetValue(out double number)
        ? number
        : throw new TrainerException($"{trainer} wrote a metrics.json without a number \"{name}\".");
}
