using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace FedActors.Tests.TestKit.OutsidePrograms;

/// <summary>A network of one host, joined to this one by a cable whose packets a test can drop.</summary>
public sealed class NetworkNamespace : IDisposable
{
    private const string Table = "fedactors_cut";

    /// <summary>Networks of one test run at a time: as many as tests that run side by side, and more.</summary>
    private const int MaxPlaces = 8;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
    private readonly string _name;

    public NetworkNamespace()
    {
        // Interface names have at most 15 characters; the process's id keeps test runs on one machine apart, and a letter the tests of one run.
        int id = Environment.ProcessId;
        int place = TakePlace(id);
        _name = Name(id, place);
        HostAddress = $"10.{213 + place}.{id / 64 % 256}.{(id % 64 * 4) + 1}";
        Address = $"10.{213 + place}.{id / 64 % 256}.{(id % 64 * 4) + 2}";
        try
        {
            Run("ip", "link", "add", $"{_name}h", "type", "veth", "peer", "name", $"{_name}n", "netns", _name);
            Run("ip", "addr", "add", $"{HostAddress}/30", "dev", $"{_name}h");
            Run("ip", "link", "set", $"{_name}h", "up");
            Run("ip", "-n", _name, "addr", "add", $"{Address}/30", "dev", $"{_name}n");
            Run("ip", "-n", _name, "link", "set", $"{_name}n", "up");
            Run("ip", "-n", _name, "link", "set", "lo", "up");
        }
        catch
        {
            Run("ip", "netns", "del", _name);
            throw;
        }
    }

    /// <summary>This host's address on the cable.</summary>
    public string HostAddress { get; }

    /// <summary>The address at the other end, inside.</summary>
    public string Address { get; }

    /// <summary>Words before a command that let it run inside. It sees the same file systems: <c>ip netns exec</c> would hold on to those that are mounted now.</summary>
    public IReadOnlyList<string> Enter => ["nsenter", $"--net=/run/netns/{_name}"];

    /// <summary>Whether this machine lets this user make one.</summary>
    public static bool IsPossible()
    {
        try
        {
            using var probe = new NetworkNamespace();
            probe.Cut();
            return true;
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>Drops every packet on the cable, both ways or only those that come in. Neither side is told, and each goes on by itself.</summary>
    public void Cut(bool oneWay = false) => Run(
        [.. Enter, "nft", $"add table inet {Table}; "
            + $"add chain inet {Table} in {{ type filter hook input priority 0; }}; "
            + $"add rule inet {Table} in iifname {_name}n drop; "
            + (oneWay ? "" : $"add chain inet {Table} out {{ type filter hook output priority 0; }}; "
                + $"add rule inet {Table} out oifname {_name}n drop")]);

    /// <summary>Lets packets through again.</summary>
    public void Mend() => Run([.. Enter, "nft", $"delete table inet {Table}"]);

    /// <summary>Lets no more than so much through, each way. What comes faster waits for half a second, and is dropped if that is not enough.</summary>
    public void Narrow(int bitsPerSecond)
    {
        string[] narrow = ["root", "tbf", "rate", $"{bitsPerSecond}bit", "burst", "4kb", "latency", "500ms"];
        Run([.. Enter, "tc", "qdisc", "add", "dev", $"{_name}n", .. narrow]);
        Run(["tc", "qdisc", "add", "dev", $"{_name}h", .. narrow]);
    }

    /// <summary>How often something had to wait, or was dropped, since it is narrow.</summary>
    public long Held() => Overlimits(Run([.. Enter, "tc", "-s", "qdisc", "show", "dev", $"{_name}n"])) + Overlimits(Run("tc", "-s", "qdisc", "show", "dev", $"{_name}h"));

    /// <summary>Lets everything through again.</summary>
    /// <returns>How often something had to wait or was dropped.</returns>
    public long Widen()
    {
        long held = Held();
        Run([.. Enter, "tc", "qdisc", "del", "dev", $"{_name}n", "root"]);
        Run("tc", "qdisc", "del", "dev", $"{_name}h", "root");
        return held;
    }

    public void Dispose()
    {
        // A namespace lives on until its last connection is forgotten; the cable shall not.
        try
        {
            Run("ip", "link", "del", $"{_name}h");
        }
        finally
        {
            Run("ip", "netns", "del", _name);
        }
    }

    private static string Name(int id, int place) => $"fed{id}{(char)('a' + place)}";

    /// <summary>Makes the first namespace of this process that is not there yet: tests of several classes run side by side.</summary>
    private static int TakePlace(int id)
    {
        for (int place = 0; ; place++)
        {
            try
            {
                Run("ip", "netns", "add", Name(id, place));
                return place;
            }
            catch (InvalidOperationException) when (place < MaxPlaces - 1)
            {
                // Taken by another test, or not possible at all, which the last place tells.
                continue;
            }
        }
    }

    private static long Overlimits(string statistics) => long.Parse(Regex.Match(statistics, "overlimits (\\d+)").Groups[1].ValueSpan, CultureInfo.InvariantCulture);

    private static string Run(params IReadOnlyList<string> command)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1)) { RedirectStandardError = true, RedirectStandardOutput = true };
        using Process process = Process.Start(start)!;
        // None of these commands says more than a pipe holds.
        string output = process.StandardOutput.ReadToEnd();
        string error = process.StandardError.ReadToEnd();
        return process.WaitForExit(Limit) && process.ExitCode == 0 ? output : throw new InvalidOperationException($"{string.Join(' ', command)}: {error}");
    }
}
