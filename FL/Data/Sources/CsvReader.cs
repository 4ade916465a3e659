using System.Globalization;
using nietras.SeparatedValues;

namespace FedActors.FL.Data.Sources;

/// <summary>Reads tables of numbers as text: a row a line, fields between commas, with or without a line of names before them.</summary>
/// <remarks>The first line is one of names if any field in it is no number. Fields may stand in double quotes (RFC 4180); empty lines are passed over.</remarks>
public static class CsvReader
{
    /// <summary>Longest line; the parser holds no more of the file than that.</summary>
    private const int MaxLineLength = 1 << 24;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file, UTF-8.</param>
    /// <param name="limits">How much it may ask for; null for the defaults.</param>
    /// <exception cref="DataFileException">The file is missing, has no rows, or a line is not as it should be; the text names line and column.</exception>
    public static CsvTable Read(string path, DataLimits? limits = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        Table table = new(path, (limits ?? new DataLimits()).MaxArrayBytes / sizeof(double));
        using FileStream file = DataFiles.OpenRead(path);
        try
        {
            using SepReader reader = Sep.New(',')
                .Reader(options => options with { HasHeader = false, DisableColCountCheck = true, Unescape = true, Trim = SepTrim.All, CultureInfo = CultureInfo.InvariantCulture })
                .From(file);
            foreach (SepReader.Row row in reader)
            {
                table.Add(row);
            }
        }
        catch (NotSupportedException e)
        {
            throw new DataFileException(path, null, $"the line after line {table.Line} has more than {MaxLineLength} characters", "Check that this is a table, and that every double quote is closed.", e);
        }
        catch (IOException e)
        {
            throw new DataFileException(path, null, $"the file cannot be read ({e.Message})", DataPlace.Renew, e);
        }

        return table.ToCsvTable();
    }

    // Rows as they come, until the file ends or one is wrong.
    private sealed class Table(string path, long most)
    {
        private readonly List<double> _values = [];
        private List<string>? _names;
        private int _columns;

        /// <summary>The line that was read last, from 1.</summary>
        public int Line { get; private set; }

        public void Add(SepReader.Row row)
        {
            // The parser numbers the first row by the line after it.
            Line = row.RowIndex == 0 ? 1 : row.LineNumberFrom;
            if (row.Span.IsWhiteSpace())
            {
                return;
            }

            if (_columns == 0)
            {
                _columns = row.ColCount;
                if (!AreNumbers(row))
                {
                    _names = ToNames(row);
                    return;
                }
            }

            if (row.ColCount != _columns)
            {
                throw new DataFileException(path, null, $"line {Line} has {row.ColCount} fields; the first has {_columns}", "Give every line the same number of fields.");
            }

            AddNumbers(row);
            if (_values.Count > most)
            {
                throw new DataFileException(path, null, $"there are more than {most} numbers by line {Line}", "Split the data over more files.");
            }
        }

        public CsvTable ToCsvTable() => _values.Count > 0
            ? new CsvTable(path, _names ?? [.. Enumerable.Range(1, _columns).Select(i => i.ToString(CultureInfo.InvariantCulture))], [.. _values])
            : throw new DataFileException(path, null, "there is no row of numbers", "Check that this is the right file.");

        private void AddNumbers(SepReader.Row row)
        {
            for (int i = 0; i < _columns; i++)
            {
                _values.Add(TryParse(row[i].Span, out double value)
                    ? value
                    : throw new DataFileException(
                        path, null, $"line {Line}, column {i + 1}{(_names is null ? "" : $" ({_names[i]})")} is \"{row[i]}\", which is no number", "Correct the line; all fields are numbers with a decimal point. Number labels and groups that are words 0, 1, 2 and so on; --class-names names the classes."));
            }
        }

        private List<string> ToNames(SepReader.Row row)
        {
            List<string> names = [];
            for (int i = 0; i < row.ColCount; i++)
            {
                names.Add(row[i].ToString());
            }

            return names.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1) is { } twice
                ? throw new DataFileException(path, null, $"the column {twice.Key} occurs twice", "Give each column a name of its own.")
                : names;
        }

        private static bool AreNumbers(SepReader.Row row)
        {
            for (int i = 0; i < row.ColCount; i++)
            {
                if (!TryParse(row[i].Span, out _))
                {
                    return false;
                }
            }

            return true;
        }

        private static bool TryParse(ReadOnlySpan<char> field, out double value) => double.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
    }
}
