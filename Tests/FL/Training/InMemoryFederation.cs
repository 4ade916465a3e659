using FedActors.FL.Aggregation;
using FedActors.FL.Configuration;
using FedActors.FL.Data;
using FedActors.FL.Models;
using FedActors.FL.Training;

namespace FedActors.Tests.FL.Training;

/// <summary>Federated averaging as a plain loop over the pure core: what a run of the roles has to arrive at.</summary>
internal sealed class InMemoryFederation
{
    private readonly IReadOnlyList<KeyValuePair<string, DataSet>> _sites;

    public InMemoryFederation(IFederatedData data)
    {
        Model = data.Manifest.Specify(ModelSpecification.Softmax);
        FeatureMoments moments = data.Manifest.Sites.Select(site => FeatureMoments.Of(data.LoadSite(site.Name))).Aggregate((left, right) => left.Merge(right));
        Standardiser = moments.ToStandardiser();
        _sites = [.. data.Manifest.Sites.Select(site => KeyValuePair.Create(site.Name, Standardiser.Apply(data.LoadSite(site.Name))))];
        Evaluation = Standardiser.Apply(data.LoadEvaluation());
    }

    public ModelSpecification Model { get; }

    public Standardiser Standardiser { get; }

    public DataSet Evaluation { get; }

    /// <summary>Each site and its standardised examples.</summary>
    public IReadOnlyList<KeyValuePair<string, DataSet>> Sites => _sites;

    /// <summary>The global parameters after the last round.</summary>
    public ParameterVector Run(ulong seed, TrainingOptions options)
    {
        LocalTrainer[] trainers = [.. _sites.Select(site => new LocalTrainer(Model, site.Value, seed, site.Key))];
        ParameterVector global = InitialParameters.Draw(Model, seed);
        for (int round = 1; round <= options.Rounds; round++)
        {
            FederatedAverage average = new(Model.Layout);
            foreach (LocalTrainer trainer in trainers)
            {
                TrainingResult result = trainer.Train(global, options, round);
                average.TryAdd(result.Parameters.Values, result.Samples, out _).Should().BeTrue();
            }

            global = average.ToMean();
        }

        return global;
    }
}
