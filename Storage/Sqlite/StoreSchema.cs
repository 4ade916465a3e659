namespace FedActors.Storage.Sqlite;

/// <summary>What makes a SQLite file one of ours, and how it grew.</summary>
/// <param name="Name">What the file is, for messages: <c>training store</c>.</param>
/// <param name="ApplicationId">SQLite's <c>application_id</c>, by which a file is recognised.</param>
/// <param name="Migrations">
/// Scripts that lead from version n to n + 1, the first from an empty file. The count is the newest version.
/// A script that has been released is never changed; the next change is a further script.
/// </param>
internal sealed record StoreSchema(string Name, int ApplicationId, IReadOnlyList<string> Migrations)
{
    /// <summary>The version that this program writes, kept in SQLite's <c>user_version</c>.</summary>
    public int Version => Migrations.Count;

    /// <summary>Pages that the write-ahead log may have before SQLite copies it into the file; its own default unless said otherwise.</summary>
    public int CheckpointPages { get; init; } = 1000;
}
