using System.Collections.Immutable;

namespace FedActors.FL.Data;

/// <summary>Reads the Python dictionary in an npy header: the three keys, in any order, and nothing else.</summary>
internal ref struct NpyHeaderParser(string text, DataPlace place)
{
    private const string Remedy = "Write the array with numpy.save.";

    private int _position;

    /// <summary>Reads the header.</summary>
    /// <exception cref="DataFileException">The text is no header, or describes an array that is not supported.</exception>
    public NpyHeader Parse()
    {
        NpyType? type = null;
        bool? fortran = null;
        ImmutableArray<int>? shape = null;
        Expect('{');
        while (!TryTake('}'))
        {
            string key = ParseString();
            Expect(':');
            switch (key)
            {
                case "descr" when type is null:
                    type = ParseType();
                    break;
                case "fortran_order" when fortran is null:
                    fortran = ParseBoolean();
                    break;
                case "shape" when shape is null:
                    shape = ParseShape();
                    break;
                default:
                    throw Broken($"the key '{key}' is unknown or repeated");
            }

            if (!TryTake(','))
            {
                Expect('}');
                break;
            }
        }

        SkipSpace();
        if (_position != text.Length || type is null || fortran is null || shape is null)
        {
            throw Broken("it does not hold exactly descr, fortran_order and shape");
        }

        return new NpyHeader(type.Value, fortran.Value, shape.Value);
    }

    private NpyType ParseType()
    {
        SkipSpace();
        if (_position < text.Length && text[_position] == '[')
        {
            throw place.Fault("the structured element type is not supported", $"Save each field as an array of its own; supported types are {NpyTypes.Supported}.");
        }

        string descriptor = ParseString();
        return NpyTypes.Parse(descriptor)
            ?? throw place.Fault($"the element type {descriptor} is not supported", $"Convert it, for instance with astype('<f4'); supported types are {NpyTypes.Supported}.");
    }

    private bool ParseBoolean()
    {
        SkipSpace();
        foreach (string word in (ReadOnlySpan<string>)["True", "False"])
        {
            if (text.AsSpan(_position).StartsWith(word))
            {
                _position += word.Length;
                return word == "True";
            }
        }

        throw Broken("fortran_order is neither True nor False");
    }

    private ImmutableArray<int> ParseShape()
    {
        ImmutableArray<int>.Builder shape = ImmutableArray.CreateBuilder<int>();
        Expect('(');
        while (!TryTake(')'))
        {
            if (shape.Count == NpyHeader.MaxDimensions)
            {
                throw place.Fault($"the array has more than {NpyHeader.MaxDimensions} dimensions", "Reshape it to [examples, features].");
            }

            shape.Add(ParseDimension());
            if (!TryTake(','))
            {
                Expect(')');
                break;
            }
        }

        return shape.ToImmutable();
    }

    private int ParseDimension()
    {
        SkipSpace();
        int start = _position;
        while (_position < text.Length && char.IsAsciiDigit(text[_position]))
        {
            _position++;
        }

        ReadOnlySpan<char> digits = text.AsSpan(start, _position - start);

        // Python 2 wrote long integers as 5L.
        TryTake('L');
        return int.TryParse(digits, out int dimension)
            ? dimension
            : throw Broken(digits.IsEmpty ? "a dimension is not a number" : $"the dimension {digits} is too large");
    }

    private string ParseString()
    {
        SkipSpace();
        if (_position < text.Length && text[_position] is '\'' or '"')
        {
            int end = text.IndexOf(text[_position], _position + 1);
            if (end > 0)
            {
                string value = text[(_position + 1)..end];
                _position = end + 1;
                return value;
            }
        }

        throw Broken("a quoted word is missing");
    }

    private bool TryTake(char expected)
    {
        SkipSpace();
        if (_position == text.Length || text[_position] != expected)
        {
            return false;
        }

        _position++;
        return true;
    }

    private void Expect(char expected)
    {
        if (!TryTake(expected))
        {
            throw Broken($"'{expected}' is missing at character {_position}");
        }
    }

    private void SkipSpace()
    {
        while (_position < text.Length && text[_position] is ' ' or '\n')
        {
            _position++;
        }
    }

    private readonly DataFileException Broken(string what) => place.Fault($"the npy header is broken: {what}", Remedy);
}
