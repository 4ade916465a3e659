using System.Text;

namespace FedActors.Scripts.Trainers;

/// <summary>The end of what a trainer prints: of an endless log, or an endless line, no more than that is held.</summary>
internal sealed class TrainerOutput
{
    // What a failure quotes: the end of a stack, not a log.
    private const int QuotedLines = 12;
    private const int QuotedCharacters = 300;
    private const int BlockCharacters = 4_096;

    private readonly Lock _sync = new();
    private readonly Queue<string> _lines = new();

    /// <summary>Reads a stream to its end. Both of a process may be read at once.</summary>
    public async Task ReadAsync(TextReader stream)
    {
        char[] block = new char[BlockCharacters];
        StringBuilder line = new();
        while (await stream.ReadAsync(block).ConfigureAwait(false) is > 0 and int count)
        {
            for (int i = 0; i < count; i++)
            {
                if (block[i] is '\n' or '\r')
                {
                    Keep(line);
                }
                else if (line.Length < QuotedCharacters)
                {
                    line.Append(block[i]);
                }
            }
        }

        Keep(line);
    }

    /// <summary>As a failure's text goes on.</summary>
    public string Quote()
    {
        lock (_sync)
        {
            return _lines.Count == 0 ? " It wrote nothing." : $" Its last lines: {string.Join(" | ", _lines)}";
        }
    }

    private void Keep(StringBuilder line)
    {
        if (line.Length == 0)
        {
            return;
        }

        lock (_sync)
        {
            _lines.Enqueue(line.ToString());
            if (_lines.Count > QuotedLines)
            {
                _lines.Dequeue();
            }
        }

        line.Clear();
    }
}
