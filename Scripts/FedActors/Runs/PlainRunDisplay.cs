using FedActors.Storage.Training;

namespace FedActors.Scripts.Runs;

/// <summary>A run as plain lines, for files and pipes.</summary>
internal sealed class PlainRunDisplay(TextWriter? output, TextWriter notes) : RunDisplay
{
    private bool _hasHeader;

    public override void Title(string text) => output?.WriteLine(text);

    public override void Round(RoundRecord round, int rounds)
    {
        if (!_hasHeader)
        {
            output?.WriteLine(RoundText.Header());
            _hasHeader = true;
        }

        output?.WriteLine(RoundText.Round(round));
        output?.Flush();
    }

    public override void Note(string text) => notes.WriteLine(text);

    public override void Waiting(string cause) => notes.WriteLine(cause);

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
