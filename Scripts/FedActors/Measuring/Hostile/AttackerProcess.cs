using System.Diagnostics;
using System.Globalization;
using FedActors.Scripts.Processes;

namespace FedActors.Scripts.Measuring.Hostile;

/// <summary>The attackers' process, seen from the one that is attacked: it shares nothing with it but the machine.</summary>
internal sealed class AttackerProcess : IAsyncDisposable
{
    /// <summary>The hidden option that makes this program the attackers' process.</summary>
    public const string Option = "--attack-ports";

    private readonly Process _process;

    private AttackerProcess(Process process) => _process = process;

    public static async Task<AttackerProcess> StartAsync(AttackTargets targets, ulong? processors, CancellationToken cancellationToken)
    {
        (string file, IReadOnlyList<string> leading) = ThisProgram.Command();
        var start = new ProcessStartInfo(file, [.. leading, "bench", "hostile", Option, Text(targets.Plain), Text(targets.Secure)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        var attacker = new AttackerProcess((processors is { } mask ? ProcessorShares.Start(start, mask) : Process.Start(start)) ?? throw new InvalidOperationException($"{file} did not start."));
        await attacker.ExpectAsync("ready", cancellationToken).ConfigureAwait(false);
        return attacker;
    }

    /// <summary>Begins an attack.</summary>
    public Task AttackAsync(HostileAttack attack, CancellationToken cancellationToken) =>
        BeginAsync($"attack {Text(HostileAttack.All.Select((a, i) => (a, i)).First(a => a.a == attack).i)}", cancellationToken);

    /// <summary>Begins to use processors and to attack nobody.</summary>
    /// <param name="cores">How many.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task BurnAsync(double cores, CancellationToken cancellationToken) =>
        BeginAsync(string.Create(CultureInfo.InvariantCulture, $"burn {cores}"), cancellationToken);

    /// <summary>Ends what it was told to begin.</summary>
    public async Task<AttackerEffort> StopAsync(CancellationToken cancellationToken)
    {
        string[] answer = (await OrderAsync("stop", cancellationToken).ConfigureAwait(false)).Split(' ');
        double seconds = double.Parse(answer[1], CultureInfo.InvariantCulture);
        return new AttackerEffort(
            double.Parse(answer[0], CultureInfo.InvariantCulture) / seconds,
            double.Parse(answer[2], CultureInfo.InvariantCulture) / seconds);
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync().ConfigureAwait(false);
        _process.Dispose();
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private async Task BeginAsync(string order, CancellationToken cancellationToken)
    {
        string answer = await OrderAsync(order, cancellationToken).ConfigureAwait(false);
        Check(answer, "begun");
    }

    private async Task ExpectAsync(string expected, CancellationToken cancellationToken) =>
        Check(await _process.StandardOutput.ReadLineAsync(cancellationToken).ConfigureAwait(false), expected);

    private async Task<string> OrderAsync(string order, CancellationToken cancellationToken)
    {
        await _process.StandardInput.WriteLineAsync(order.AsMemory(), cancellationToken).ConfigureAwait(false);
        await _process.StandardInput.FlushAsync(cancellationToken).ConfigureAwait(false);
        return await _process.StandardOutput.ReadLineAsync(cancellationToken).ConfigureAwait(false)
            ?? throw new InvalidOperationException($"The attackers' process ended at \"{order}\"; its own words are above.");
    }

    private static void Check(string? answer, string expected)
    {
        if (answer != expected)
        {
            throw new InvalidOperationException($"The attackers' process says \"{answer}\" where \"{expected}\" was expected.");
        }
    }
}

/// <summary>What attackers did.</summary>
/// <param name="AttemptsPerSecond">Attempts.</param>
/// <param name="Cores">Processors that they used.</param>
internal sealed record AttackerEffort(double AttemptsPerSecond, double Cores);
