using FedActors.Scripts.Configuration;
using FedActors.Storage;
using FedActors.Storage.Training;

namespace FedActors.Scripts.Runs;

/// <summary>Opens the training store that the configuration names.</summary>
internal static class Stores
{
    public static SqliteTrainingStore OpenForWriting(StorageConfig storage) => Open(storage, StoreAccess.Write);

    public static SqliteTrainingStore OpenForReading(StorageConfig storage) => Open(storage, StoreAccess.Read);

    public static SqliteTrainingStore OpenForRequests(StorageConfig storage) => Open(storage, StoreAccess.Request);

    private static SqliteTrainingStore Open(StorageConfig storage, StoreAccess access) =>
        new(new TrainingStoreOptions { Path = storage.TrainingStore, Access = access, KeepRounds = storage.KeepRounds });
}
