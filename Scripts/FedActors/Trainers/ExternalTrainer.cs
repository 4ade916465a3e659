using FedActors.FL.Configuration;
using FedActors.FL.Models;
using FedActors.FL.Training;

namespace FedActors.Scripts.Trainers;

/// <summary>Has another program train: any language and framework that reads and writes npz files.</summary>
/// <remarks>The program is started anew for each round. Its folder holds the site's standardised examples, and stays on this machine as they do.</remarks>
internal sealed class ExternalTrainer : ITrainer
{
    private readonly TrainerProcess _process;
    private readonly TrainerSubject _subject;
    private readonly string _folder;
    private readonly TimeProvider _time;
    private readonly TrainerFiles _files;

    /// <summary>Prepares the folder.</summary>
    /// <param name="process">The program and its limits.</param>
    /// <param name="subject">What is trained on what.</param>
    /// <param name="folder">Where files are exchanged; made where it is not there.</param>
    /// <param name="time">The clock.</param>
    public ExternalTrainer(TrainerProcess process, TrainerSubject subject, string folder, TimeProvider time)
    {
        _process = process;
        _subject = subject;
        _folder = Directory.CreateDirectory(folder).FullName;
        _time = time;
        _files = new TrainerFiles(_folder, process.Name);
        _files.WriteData(subject.Data);
    }

    /// <inheritdoc/>
    public TrainingResult Train(ParameterVector global, TrainingOptions options, long round, LocalWork work, CancellationToken cancellationToken)
    {
        _files.WriteJob(_subject, global, options, round, work);
        _process.Run("train", _folder, _time, cancellationToken);
        return _files.Read(global.Layout, _subject.Data.Count);
    }
}
