using System.Diagnostics;
using System.Text;

namespace FedActors.Tests.TestKit.OutsidePrograms;

/// <summary>Runs Python programs whose words are taken for the truth in a comparison.</summary>
public static class Python
{
    /// <summary>The programs that tests run end in seconds; one that takes this long hangs.</summary>
    private static readonly TimeSpan RunTimeout = Eventually.Limit;

    /// <summary>Runs a program given as text and returns what it wrote to standard output, byte for byte.</summary>
    /// <param name="needs">What the program imports.</param>
    /// <param name="program">Its text.</param>
    /// <param name="input">Its standard input.</param>
    /// <param name="arguments">Its <c>sys.argv[1:]</c>.</param>
    /// <exception cref="InvalidOperationException">The module is missing, or the program failed; the message carries what it wrote to standard error.</exception>
    public static async Task<byte[]> RunAsync(OutsideProgram needs, string program, ReadOnlyMemory<byte> input = default, params string[] arguments)
    {
        // The text goes through -c, so that standard input stays free for data.
        var start = new ProcessStartInfo(OutsidePrograms.Require(needs), ["-c", program, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };


        // Text is UTF-8 both ways, whatever the locale.
        start.Environment["PYTHONUTF8"] = "1";
        using Process process = Process.Start(start)!;
        using var deadline = new CancellationTokenSource(RunTimeout, TimeProvider.System);
        using var output = new MemoryStream();

        // All three streams move at once: a child blocked on a full pipe would wait for ever.
        Task write = WriteAsync(process, input, deadline.Token);
        Task read = process.StandardOutput.BaseStream.CopyToAsync(output, deadline.Token);
        Task<string> errors = process.StandardError.ReadToEndAsync(deadline.Token);
        try
        {
            await Task.WhenAll(write, read, errors, process.WaitForExitAsync(deadline.Token));
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new InvalidOperationException($"Python did not end within {RunTimeout.TotalSeconds:0} s.");
        }

        return process.ExitCode == 0
            ? output.ToArray()
            : throw new InvalidOperationException($"Python ended with code {process.ExitCode}: {await errors}");
    }

    /// <summary>As <see cref="RunAsync"/>, with text in and out.</summary>
    public static async Task<string> RunTextAsync(OutsideProgram needs, string program, string input = "", params string[] arguments) =>
        Encoding.UTF8.GetString(await RunAsync(needs, program, Encoding.UTF8.GetBytes(input), arguments));

    private static async Task WriteAsync(Process process, ReadOnlyMemory<byte> input, CancellationToken cancellationToken)
    {
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(input, cancellationToken);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The program ended without reading all of its input; its exit code tells whether that was right.
        }
    }
}
