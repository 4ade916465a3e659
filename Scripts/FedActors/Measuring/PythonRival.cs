using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace FedActors.Scripts.Measuring;

/// <summary>A Python process that does the same work with NumPy or PyTorch, when it is told to.</summary>
internal sealed class PythonRival : IAsyncDisposable
{
    /// <summary>Set to the path of a Python to use instead of searching for one.</summary>
    private const string PythonVariable = "FEDACTORS_PYTHON";

    private readonly Process _process;

    private PythonRival(Process process) => _process = process;

    /// <summary>Starts it, or returns null where no Python has what the program imports.</summary>
    /// <param name="program">The name of the program among this assembly's resources. It says "ready", and then answers each line "work seconds" with milliseconds.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static async Task<PythonRival?> TryStartAsync(string program, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(typeof(PythonRival).Assembly.GetManifestResourceStream(program)!);
        string text = await reader.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
        string? named = Environment.GetEnvironmentVariable(PythonVariable);
        foreach (string python in string.IsNullOrEmpty(named) ? ["/usr/bin/python3", "python3", "python"] : new[] { named })
        {
            if (Start(python, text, arguments) is not { } process)
            {
                continue;
            }

            if (await process.StandardOutput.ReadLineAsync(cancellationToken).ConfigureAwait(false) == "ready")
            {
                return new PythonRival(process);
            }

            process.Dispose();
        }

        return null;
    }

    /// <summary>Does a piece of work for about a time.</summary>
    /// <returns>Milliseconds for one.</returns>
    public async Task<double> MeasureAsync(string work, TimeSpan time, CancellationToken cancellationToken)
    {
        string order = string.Create(CultureInfo.InvariantCulture, $"{work} {time.TotalSeconds}");
        await _process.StandardInput.WriteLineAsync(order.AsMemory(), cancellationToken).ConfigureAwait(false);
        await _process.StandardInput.FlushAsync(cancellationToken).ConfigureAwait(false);
        string? answer = await _process.StandardOutput.ReadLineAsync(cancellationToken).ConfigureAwait(false);
        return double.TryParse(answer, CultureInfo.InvariantCulture, out double milliseconds)
            ? milliseconds
            : throw new InvalidOperationException($"Python ended at {work}; its own words are above.");
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync().ConfigureAwait(false);
        _process.Dispose();
    }

    private static Process? Start(string python, string program, IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(python, ["-c", program, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        try
        {
            return Process.Start(start);
        }
        catch (Win32Exception)
        {
            // There is no such program: the next candidate may be.
            return null;
        }
    }
}
