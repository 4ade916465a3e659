using FedActors.FL.Data;
using FedActors.FL.Models;

namespace FedActors.Scripts.Trainers;

/// <summary>Has a package's program name the classes of examples.</summary>
internal static class ExternalPredictor
{
    /// <summary>Predicts.</summary>
    /// <param name="process">The program and its limits.</param>
    /// <param name="model">The model.</param>
    /// <param name="round">The round that it is of.</param>
    /// <param name="data">Standardised examples.</param>
    /// <param name="folder">Where files are exchanged; made, and taken away.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="TrainerException">The program did not do what it should.</exception>
    public static int[] Predict(
        TrainerProcess process, (ModelSpecification Specification, ParameterVector Parameters) model, long round, DataSet data, string folder, TimeProvider time, CancellationToken cancellationToken)
    {
        string full = Directory.CreateDirectory(folder).FullName;
        try
        {
            TrainerFiles files = new(full, process.Name);
            files.WriteExamples(data);
            files.WriteModel(model.Specification, model.Parameters, "", round);
            process.Run("predict", full, time, cancellationToken);
            return files.ReadPredictions(data.Count, model.Specification.Classes);
        }
        finally
        {
            Directory.Delete(full, recursive: true);
        }
    }
}
