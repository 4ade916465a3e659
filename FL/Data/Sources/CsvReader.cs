using System.Globalization;

namespace FedActors.FL.Data.Sources;

/// <summary>Reads tables of numbers as text: a row a line, fields between commas, with or without a line of names before them.</summary>
/// <remarks>The first line is one of names if any field in it is no number. Fields may stand in double quotes; empty lines are passed over.</remarks>
public static class CsvReader
{
    /// <summary>Longest line: a megapixel of numbers with eight digits each.</summary>
    private const int MaxLineLength = 16 << 20;

    private const string Remedy = "Correct the line; all fields are numbers with a decimal point.";

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file, UTF-8.</param>
    /// <param name="limits">How much it may ask for; null for the defaults.</param>
    /// <exception cref="DataFileException">The file is missing, has no rows, or a line is not as it should be; the text names line and column.</exception>
    public static CsvTable Read(string path, DataLimits? limits = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        long most = (limits ?? new DataLimits()).MaxArrayBytes / sizeof(double);
        using var reader = new StreamReader(DataFiles.OpenRead(path));
        List<double> values = [];
        List<string>? names = null;
        int columns = 0;
        int line = 0;
        for (string? text = reader.ReadLine(); text is not null; text = reader.ReadLine())
        {
            line++;
            if (text.Length > MaxLineLength)
            {
                throw new DataFileException(path, null, $"line {line} has {text.Length} characters; at most {MaxLineLength} are read", "Check that this is a table.");
            }

            if (string.IsNullOrWhiteSpace(text))
            {
                continue;
            }

            string[] fields = [.. text.Split(',').Select(field => field.Trim().Trim('"'))];
            if (columns == 0)
            {
                columns = fields.Length;
                if (fields.Any(field => !TryParse(field, out _)))
                {
                    names = CheckNames(path, fields);
                    continue;
                }
            }

            if (fields.Length != columns)
            {
                throw new DataFileException(path, null, $"line {line} has {fields.Length} fields; the first has {columns}", "Give every line the same number of fields.");
            }

            AddRow(path, line, fields, names, values);
            if (values.Count > most)
            {
                throw new DataFileException(path, null, $"there are more than {most} numbers by line {line}", "Split the data over more files.");
            }
        }

        return values.Count > 0
            ? new CsvTable(path, names ?? [.. Enumerable.Range(1, columns).Select(i => i.ToString(CultureInfo.InvariantCulture))], [.. values])
            : throw new DataFileException(path, null, "there is no row of numbers", "Check that this is the right file.");
    }

    private static void AddRow(string path, int line, string[] fields, List<string>? names, List<double> values)
    {
        for (int i = 0; i < fields.Length; i++)
        {
            values.Add(TryParse(fields[i], out double value)
                ? value
                : throw new DataFileException(path, null, $"line {line}, column {i + 1}{(names is null ? "" : $" ({names[i]})")} is \"{fields[i]}\", which is no number", Remedy));
        }
    }

    private static List<string> CheckNames(string path, string[] fields)
    {
        IGrouping<string, string>? twice = fields.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1);
        return twice is null ? [.. fields] : throw new DataFileException(path, null, $"the column {twice.Key} occurs twice", "Give each column a name of its own.");
    }

    private static bool TryParse(string field, out double value) => double.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
}
