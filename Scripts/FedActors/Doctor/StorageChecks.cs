using System.Globalization;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Configuration;
using FedActors.Scripts.Runs;
using FedActors.Storage;
using FedActors.Storage.Training;

namespace FedActors.Scripts.Doctor;

/// <summary>The storage folder: room, writability, how long a durable write takes, and the store in it.</summary>
internal static class StorageChecks
{
    private const long LittleBytes = 1L << 30;
    private const long TooFewBytes = 100L << 20;
    private const int SyncTries = 5;

    /// <summary>A round ends with one durable write; a disk slower than this makes itself felt.</summary>
    private static readonly TimeSpan SlowSync = TimeSpan.FromMilliseconds(20);

    public static IEnumerable<CheckResult> Run(StorageConfig storage, TimeProvider time)
    {
        string folder = Path.GetFullPath(storage.Path);
        yield return Space(folder);
        yield return Sync(folder, time);
        yield return Store(storage);
        yield return Clock(storage, time.GetUtcNow());
    }

    private static CheckResult Space(string folder)
    {
        try
        {
            long free = new DriveInfo(Existing(folder)).AvailableFreeSpace;
            string text = $"{RoundText.Bytes(free)} free for {folder}";
            return free < TooFewBytes ? CheckResult.Fail("disk", $"{text}: free some space.")
                : free < LittleBytes ? CheckResult.Warn("disk", $"{text}: that is little for large models.")
                : CheckResult.Ok("disk", text);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return CheckResult.Warn("disk", $"The free space for {folder} is not known ({exception.Message.TrimEnd('.')}).");
        }
    }

    /// <summary>Writes and syncs a small file in the folder, or where the folder would be made.</summary>
    private static CheckResult Sync(string folder, TimeProvider time)
    {
        string existing = Existing(folder);
        string path = Path.Combine(existing, $".fedactors-doctor-{Environment.ProcessId}");
        try
        {
            using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 4096, FileOptions.DeleteOnClose);
            var times = new TimeSpan[SyncTries];
            for (int i = 0; i < SyncTries; i++)
            {
                long started = time.GetTimestamp();
                file.Write(new byte[4096]);
                file.Flush(flushToDisk: true);
                times[i] = time.GetElapsedTime(started);
            }

            TimeSpan median = times.Order().ElementAt(SyncTries / 2);
            string text = $"a durable write takes {median.TotalMilliseconds.ToString("0.0", CultureInfo.InvariantCulture)} ms in {existing}";
            return median > SlowSync ? CheckResult.Warn("fsync", $"{text}: every round waits for one. Use a local disk.") : CheckResult.Ok("fsync", text);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return CheckResult.Fail("fsync", $"{existing} cannot be written ({exception.Message.TrimEnd('.')}). Change its permissions, or set Storage:Path to another folder.");
        }
    }

    private static CheckResult Store(StorageConfig storage)
    {
        string path = storage.TrainingStore;
        if (!File.Exists(path))
        {
            return CheckResult.Ok("store", $"there is no {path} yet; the first run makes it");
        }

        if (SqliteTrainingStore.HasWriter(path))
        {
            return CheckResult.Ok("store", $"{path} is in use by a provider");
        }

        try
        {
            // Opening it for writing checks its integrity as a provider would.
            using SqliteTrainingStore store = Stores.OpenForWriting(storage);
            int unfinished = store.ListRuns().Count(r => r.Status == RunStatus.Running);
            return CheckResult.Ok("store", $"{path} is whole; {Counted.Of(store.ListRuns().Count, "run")}, {unfinished} of them interrupted");
        }
        catch (StoreException exception)
        {
            return CheckResult.Fail("store", exception.Message);
        }
    }

    private static CheckResult Clock(StorageConfig storage, DateTimeOffset now)
    {
        DateTimeOffset latest = LatestCommit(storage) ?? DateTimeOffset.MinValue;
        DateTimeOffset built = File.GetLastWriteTimeUtc(typeof(StorageChecks).Assembly.Location);
        string text = $"it is {now:yyyy-MM-dd HH:mm:ss}Z";
        return latest > now ? CheckResult.Fail("clock", $"{text}, and the store holds a round of {latest.ToUniversalTime():yyyy-MM-dd HH:mm:ss}Z: set the clock, or certificates will seem invalid.")
            : built > now.AddDays(1) ? CheckResult.Fail("clock", $"{text}, which is before this program was built: set the clock.")
            : CheckResult.Ok("clock", text);
    }

    private static DateTimeOffset? LatestCommit(StorageConfig storage)
    {
        try
        {
            using SqliteTrainingStore store = Stores.OpenForReading(storage);
            return store.ListRuns().Select(r => (DateTimeOffset?)r.StartedAt).Max();
        }
        catch (StoreException)
        {
            // The check of the store says what is wrong with it.
            return null;
        }
    }

    private static string Existing(string folder)
    {
        string at = folder;
        while (!Directory.Exists(at) && Path.GetDirectoryName(at) is { } parent)
        {
            at = parent;
        }

        return at;
    }
}
