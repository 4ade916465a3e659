using FedActors.Storage.Training;
using FedActors.Tests.Contracts;

namespace FedActors.Tests.Storage;

public sealed class MemoryTrainingStoreTests : TrainingStoreContract
{
    protected override ITrainingStore Create(int keepRounds) => new MemoryTrainingStore(keepRounds);
}
