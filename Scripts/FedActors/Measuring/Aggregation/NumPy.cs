using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace FedActors.Scripts.Measuring.Aggregation;

/// <summary>A Python process that reduces the same number of updates with NumPy, when it is told to.</summary>
internal sealed class NumPy : IAsyncDisposable
{
    /// <summary>Set to the path of a Python to use instead of searching for one.</summary>
    private const string PythonVariable = "FEDACTORS_PYTHON";

    private readonly Process _process;

    private NumPy(Process process) => _process = process;

    /// <summary>Starts it, or returns null where no Python with NumPy is found.</summary>
    public static async Task<NumPy?> TryStartAsync(int updates, int parameters, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(typeof(NumPy).Assembly.GetManifestResourceStream("reduction.py")!);
        string program = await reader.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
        string? named = Environment.GetEnvironmentVariable(PythonVariable);
        foreach (string python in string.IsNullOrEmpty(named) ? ["/usr/bin/python3", "python3", "python"] : new[] { named })
        {
            if (Start(python, program, updates, parameters) is not { } process)
            {
                continue;
            }

            if (await process.StandardOutput.ReadLineAsync(cancellationToken).ConfigureAwait(false) == "ready")
            {
                return new NumPy(process);
            }

            process.Dispose();
        }

        return null;
    }

    /// <summary>Runs a reduction for about a time.</summary>
    /// <returns>Milliseconds for one.</returns>
    public async Task<double> MeasureAsync(string reduction, TimeSpan time, CancellationToken cancellationToken)
    {
        string order = string.Create(CultureInfo.InvariantCulture, $"{reduction} {time.TotalSeconds}");
        await _process.StandardInput.WriteLineAsync(order.AsMemory(), cancellationToken).ConfigureAwait(false);
        await _process.StandardInput.FlushAsync(cancellationToken).ConfigureAwait(false);
        string? answer = await _process.StandardOutput.ReadLineAsync(cancellationToken).ConfigureAwait(false);
        return double.TryParse(answer, CultureInfo.InvariantCulture, out double milliseconds)
            ? milliseconds
            : throw new InvalidOperationException($"NumPy ended at {reduction}; its own words are above.");
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync().ConfigureAwait(false);
        _process.Dispose();
    }

    private static Process? Start(string python, string program, int updates, int parameters)
    {
        var start = new ProcessStartInfo(python, ["-c", program, updates.ToString(CultureInfo.InvariantCulture), parameters.ToString(CultureInfo.InvariantCulture)])
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
