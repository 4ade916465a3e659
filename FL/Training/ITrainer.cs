using FedActors.FL.Configuration;
using FedActors.FL.Data;
using FedActors.FL.Models;

namespace FedActors.FL.Training;

/// <summary>Trains one site's model: this program's own <see cref="LocalTrainer"/>, or whatever a site puts in its place.</summary>
/// <remarks>One instance trains one thing at a time. A failure is an exception whose message says what happened; it ends up in the round's record.</remarks>
public interface ITrainer
{
    /// <summary>Trains from the global parameters as one round asks for it.</summary>
    /// <param name="global">The global model; unchanged.</param>
    /// <param name="options">Epochs, batch size, learning rate and more.</param>
    /// <param name="round">The round, which shuffles depend on.</param>
    /// <param name="work">How many steps, and what is added to every gradient.</param>
    /// <param name="cancellationToken">Ends it.</param>
    TrainingResult Train(ParameterVector global, TrainingOptions options, long round, LocalWork work, CancellationToken cancellationToken);
}

/// <summary>What a trainer is made for.</summary>
/// <param name="Specification">The run's model.</param>
/// <param name="Data">The site's examples, standardised.</param>
/// <param name="Seed">The run's seed.</param>
/// <param name="Site">The site's name.</param>
public sealed record TrainerSubject(ModelSpecification Specification, DataSet Data, ulong Seed, string Site);
