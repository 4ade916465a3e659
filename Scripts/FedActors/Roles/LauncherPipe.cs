using FedActors.Scripts.Cli;

namespace FedActors.Scripts.Roles;

/// <summary>Notices the end of the process that started this one: it holds the other end of standard input, which the system closes even after kill -9.</summary>
internal static class LauncherPipe
{
    /// <summary>Tells a process to end so.</summary>
    public const string Option = "--with-launcher";

    /// <summary>How long putting everything away may take before the process ends all the same. A child that hangs would outlive its launcher.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    /// <summary>A token that is cancelled with <paramref name="stopping"/> or when standard input ends.</summary>
    public static CancellationTokenSource Link(CancellationToken stopping)
    {
        var source = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var reader = new Thread(() => ReadToEnd(source)) { IsBackground = true, Name = "launcher pipe" };
        reader.Start();
        return source;
    }

    private static void ReadToEnd(CancellationTokenSource source)
    {
        using Stream input = Console.OpenStandardInput();
        Span<byte> ignored = stackalloc byte[64];
        while (input.Read(ignored) > 0)
        {
            // Nothing is ever sent; only the end means something.
        }

        try
        {
            source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The command is over already, and the process with it in a moment.
        }

        using var never = new ManualResetEventSlim();
        never.Wait(Limit);
        Environment.Exit((int)ExitCode.RunFailed);
    }
}
