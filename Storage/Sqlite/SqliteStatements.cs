using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace FedActors.Storage.Sqlite;

/// <summary>Short forms for statements with positional parameters <c>?1</c>, <c>?2</c> and so on.</summary>
internal static class SqliteStatements
{
    /// <summary>A command whose parameters are the given values in order; null is SQL's NULL, NaN too.</summary>
    public static SqliteCommand Command(this SqliteConnection connection, string sql, params ReadOnlySpan<object?> values)
    {
        SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        for (int i = 0; i < values.Length; i++)
        {
            command.Parameters.Add(new SqliteParameter($"?{i + 1}", Bindable(values[i])));
        }

        return command;
    }

    public static int Execute(this SqliteConnection connection, string sql, params ReadOnlySpan<object?> values)
    {
        using SqliteCommand command = connection.Command(sql, values);
        return command.ExecuteNonQuery();
    }

    /// <summary>Sets parameters anew, for a prepared command that is executed for one row after another: compiling it each time takes ten times as long.</summary>
    public static void Bind(this SqliteCommand command, int first, params ReadOnlySpan<object?> values)
    {
        for (int i = 0; i < values.Length; i++)
        {
            command.Parameters[first + i].Value = Bindable(values[i]);
        }
    }

    /// <summary>The first column of the first row.</summary>
    /// <exception cref="InvalidOperationException">There is no row.</exception>
    public static T? Scalar<T>(this SqliteConnection connection, string sql, params ReadOnlySpan<object?> values)
    {
        using SqliteCommand command = connection.Command(sql, values);
        using SqliteDataReader reader = command.ExecuteReader();
        if (!reader.Read())
        {
            throw new InvalidOperationException("The query gave no row.");
        }

        return reader.IsDBNull(0) ? default : reader.GetFieldValue<T>(0);
    }

    /// <summary>Every row, mapped.</summary>
    public static List<T> Rows<T>(this SqliteConnection connection, string sql, Func<SqliteDataReader, T> map, params ReadOnlySpan<object?> values)
    {
        using SqliteCommand command = connection.Command(sql, values);
        using SqliteDataReader reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read())
        {
            rows.Add(Map(connection, reader, map));
        }

        return rows;
    }

    /// <summary>The first row, mapped, or null.</summary>
    public static T? Row<T>(this SqliteConnection connection, string sql, Func<SqliteDataReader, T> map, params ReadOnlySpan<object?> values)
        where T : class
    {
        using SqliteCommand command = connection.Command(sql, values);
        using SqliteDataReader reader = command.ExecuteReader();
        return reader.Read() ? Map(connection, reader, map) : null;
    }

    /// <summary>A damaged file may hold rows that SQLite finds in order: nothing where something must be, or another kind of value. A store that is closed meanwhile is none.</summary>
    private static T Map<T>(SqliteConnection connection, SqliteDataReader row, Func<SqliteDataReader, T> map)
    {
        try
        {
            return map(row);
        }
        catch (Exception e) when (e is (InvalidOperationException and not ObjectDisposedException) or InvalidCastException or FormatException or ArithmeticException or ArgumentException or JsonException)
        {
            throw SqliteFault.Damaged(connection.DataSource, $"a row does not hold what it should: {e.Message}", e);
        }
    }

    private static object Bindable(object? value) => value switch
    {
        null => DBNull.Value,
        double.NaN => DBNull.Value,
        ReadOnlyMemory<byte> bytes => Whole(bytes),
        _ => value,
    };

    /// <summary>The driver takes arrays; parameters are usually one whole array already, and are then not copied.</summary>
    private static byte[] Whole(ReadOnlyMemory<byte> bytes) =>
        MemoryMarshal.TryGetArray(bytes, out ArraySegment<byte> segment) && segment.Offset == 0 && segment.Count == segment.Array!.Length
            ? segment.Array
            : bytes.ToArray();
}
