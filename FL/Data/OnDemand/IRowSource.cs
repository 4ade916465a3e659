namespace FedActors.FL.Data.OnDemand;

/// <summary>Examples that are read as they are needed.</summary>
internal interface IRowSource
{
    /// <summary>Rows.</summary>
    int Count { get; }

    /// <summary>Numbers per row.</summary>
    int Features { get; }

    /// <summary>Reads chosen rows, one after another. May be called by several threads at once.</summary>
    /// <param name="rows">Indices in 0..count-1.</param>
    /// <param name="target">[rows, features].</param>
    /// <exception cref="DataFileException">They cannot be read any more.</exception>
    void Read(ReadOnlySpan<int> rows, Span<float> target);
}
