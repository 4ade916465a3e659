using System.ComponentModel;
using System.Diagnostics;

namespace FedActors.Tests.TestKit.OutsidePrograms;

/// <summary>Finds the outside programs, once a test run, and decides what a missing one means.</summary>
public static class OutsidePrograms
{
    /// <summary>Set to 1, a missing outside program fails the tests that need it instead of skipping them. CI sets it.</summary>
    public const string RequireVariable = "FEDACTORS_REQUIRE_OUTSIDE_PROGRAMS";

    /// <summary>Set to the path of a Python to use instead of searching for one.</summary>
    public const string PythonVariable = "FEDACTORS_PYTHON";

    /// <summary>Set to the path of a PowerShell to use instead of searching for one.</summary>
    public const string PowerShellVariable = "FEDACTORS_PWSH";

    /// <summary>An import takes seconds at most, and many times that on a machine that is busy; a probe that takes this long hangs.</summary>
    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromMinutes(2);

    private static readonly Lazy<string?> NumPy = new(() => FindPython("numpy"));
    private static readonly Lazy<string?> Namespaces = new(() => NetworkNamespace.IsPossible() ? "ip" : null);
    private static readonly Lazy<string?> MsgPack = new(() => FindPython("msgpack"));
    private static readonly Lazy<string?> Torch = new(() => FindPython("torch"));
    private static readonly Lazy<string?> Shell = new(FindPowerShell);

    /// <summary>The program's path, or null where this machine has none.</summary>
    public static string? Find(OutsideProgram program) => program switch
    {
        OutsideProgram.PythonNumPy => NumPy.Value,
        OutsideProgram.PythonMsgPack => MsgPack.Value,
        OutsideProgram.PythonTorch => Torch.Value,
        OutsideProgram.NetworkNamespaces => Namespaces.Value,
        OutsideProgram.PowerShell => Shell.Value,
        _ => throw new ArgumentOutOfRangeException(nameof(program), program, "Not an outside program that the tests know."),
    };

    /// <summary>The program's path.</summary>
    /// <exception cref="InvalidOperationException">This machine has none; the message says how to install it.</exception>
    public static string Require(OutsideProgram program) =>
        Find(program) ?? throw new InvalidOperationException(HowToInstall(program));

    /// <summary>Why a test that needs the program is skipped here, or null where it runs.</summary>
    public static string? SkipReason(OutsideProgram program) =>
        SkipReason(program, required: Environment.GetEnvironmentVariable(RequireVariable) == "1", () => Find(program) is not null);

    /// <summary>The decision by itself: a required program is never a reason to skip, present or not.</summary>
    internal static string? SkipReason(OutsideProgram program, bool required, Func<bool> present) =>
        required || present() ? null : HowToInstall(program);

    internal static string HowToInstall(OutsideProgram program)
    {
        if (program == OutsideProgram.NetworkNamespaces)
        {
            return "Needs network namespaces: on Debian 'apt-get install iproute2 nftables', and the right to make them, as root has it.";
        }

        if (program == OutsideProgram.PowerShell)
        {
            return $"Needs PowerShell 7: 'dotnet tool install --global PowerShell', or name one in {PowerShellVariable}.";
        }

        string module = program switch
        {
            OutsideProgram.PythonNumPy => "numpy",
            OutsideProgram.PythonTorch => "torch",
            _ => "msgpack",
        };
        return $"Needs a Python 3 that can import {module}: on Debian 'apt-get install python3-{module}', or name one in {PythonVariable}.";
    }

    private static string? FindPython(string module)
    {
        // Debian's own interpreter comes before the PATH: its packages are not visible to an interpreter of another make.
        string? named = Environment.GetEnvironmentVariable(PythonVariable);
        IEnumerable<string> candidates = string.IsNullOrEmpty(named) ? ["/usr/bin/python3", "python3", "python"] : [named];
        return candidates.FirstOrDefault(python => EndsWell(python, "-c", $"import {module}"));
    }

    private static string? FindPowerShell()
    {
        string? named = Environment.GetEnvironmentVariable(PowerShellVariable);
        string candidate = string.IsNullOrEmpty(named) ? "pwsh" : named;
        return EndsWell(candidate, "-NoProfile", "-Command", "exit 0") ? candidate : null;
    }

    private static bool EndsWell(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true };
        try
        {
            using Process process = Process.Start(start)!;
            if (process.WaitForExit(ProbeTimeout))
            {
                return process.ExitCode == 0;
            }

            process.Kill(entireProcessTree: true);
            return false;
        }
        catch (Win32Exception)
        {
            // There is no such program: the next candidate may be.
            return false;
        }
    }
}
