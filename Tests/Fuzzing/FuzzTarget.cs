namespace FedActors.Tests.Fuzzing;

/// <summary>A parser of bytes from outside, and what it promises.</summary>
/// <param name="Name">What it parses.</param>
/// <param name="Corpus">Sound inputs.</param>
/// <param name="Words">Bytes that mean something to it, to be put in anywhere.</param>
/// <param name="Parse">Hands it an input.</param>
/// <param name="Refusal">The one exception that it may throw; null for none.</param>
/// <param name="MaxBytes">Bytes that it may allocate beside what is proportional to the input.</param>
internal sealed record FuzzTarget(string Name, IReadOnlyList<byte[]> Corpus, IReadOnlyList<byte[]> Words, Action<byte[]> Parse, Type? Refusal, long MaxBytes)
{
    /// <summary>Bytes that it may allocate for each byte of input: text is two bytes a character, and a number's text may become an object.</summary>
    public int BytesPerByte { get; init; } = 64;

    /// <summary>One case is tried for so many of the usual: each opens a file that takes its time.</summary>
    public int Share { get; init; } = 1;

    /// <summary>Tests show the name.</summary>
    public override string ToString() => Name;
}
