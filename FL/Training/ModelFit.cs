using FedActors.FL.Data;
using FedActors.FL.Models;

namespace FedActors.FL.Training;

/// <summary>Refuses data that do not fit a model.</summary>
internal static class ModelFit
{
    /// <summary>Throws unless the data have the model's features and classes.</summary>
    /// <exception cref="ArgumentException">They differ; the text names the numbers on both sides.</exception>
    public static void Check(ModelSpecification specification, DataSet data)
    {
        if (data.Features != specification.Features || data.Classes != specification.Classes)
        {
            throw new ArgumentException(
                $"The model is {specification}; the data have {data.Features} features and {data.Classes} classes.", nameof(data));
        }
    }
}
