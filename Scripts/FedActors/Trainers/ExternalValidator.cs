using FedActors.FL.Models;
using FedActors.FL.Training;

namespace FedActors.Scripts.Trainers;

/// <summary>Has a package's program score models.</summary>
internal sealed class ExternalValidator : IValidator
{
    private readonly TrainerProcess _process;
    private readonly TrainerSubject _subject;
    private readonly string _folder;
    private readonly TimeProvider _time;
    private readonly TrainerFiles _files;

    /// <summary>Prepares the folder.</summary>
    /// <param name="process">The program and its limits.</param>
    /// <param name="subject">What is scored on what.</param>
    /// <param name="folder">Where files are exchanged; made where it is not there.</param>
    /// <param name="time">The clock.</param>
    public ExternalValidator(TrainerProcess process, TrainerSubject subject, string folder, TimeProvider time)
    {
        _process = process;
        _subject = subject;
        _folder = Directory.CreateDirectory(folder).FullName;
        _time = time;
        _files = new TrainerFiles(_folder, process.Name);
        _files.WriteData(subject.Data);
    }

    /// <inheritdoc/>
    public EvaluationMetrics Validate(ParameterVector parameters, long round, CancellationToken cancellationToken)
    {
        _files.WriteModel(_subject.Specification, parameters, _subject.Site, round);
        _process.Run("validate", _folder, _time, cancellationToken);
        return _files.ReadScores(_subject.Data);
    }
}
