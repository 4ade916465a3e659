using System.Text;

namespace FedActors.Scripts.Cli;

/// <summary>A text writer that hands over whole lines.</summary>
internal sealed class LineWriter(Action<string> line) : TextWriter
{
    private readonly StringBuilder _part = new();

    public override Encoding Encoding => Encoding.UTF8;

    public override void Write(char value)
    {
        if (value == '\n')
        {
            line(_part.ToString().TrimEnd('\r'));
            _part.Clear();
        }
        else
        {
            _part.Append(value);
        }
    }
}
