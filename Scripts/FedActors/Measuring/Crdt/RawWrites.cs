namespace FedActors.Scripts.Measuring.Crdt;

/// <summary>Writes the same bytes to one file again and again, and syncs it each time where a promise would: what the disk itself takes.</summary>
internal sealed class RawWrites : Workload
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("fedactors-bench-");
    private readonly FileStream _file;
    private readonly byte[] _bytes;
    private readonly bool _synced;
    private readonly TimeProvider _time;

    public RawWrites(int bytes, bool synced, TimeProvider time)
    {
        _bytes = new byte[bytes];
        _synced = synced;
        _time = time;
        _file = new FileStream(Path.Combine(_folder.FullName, "raw"), FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
    }

    public override async Task<double[]> RunAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        await Task.Yield();
        double rate = await RateOf.BatchesAsync(Write, 1, time, _time, cancellationToken).ConfigureAwait(false);
        return [RepeatedWork.Microseconds(rate)];
    }

    public override ValueTask DisposeAsync()
    {
        _file.Dispose();
        _folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    private Task Write()
    {
        _file.Position = 0;
        _file.Write(_bytes);
        _file.Flush(flushToDisk: _synced);
        return Task.CompletedTask;
    }
}
