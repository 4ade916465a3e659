namespace FedActors.Tests.TestKit;

/// <summary>An address of this machine on which nobody else listens, and from which nobody dials: a port there is still free when whoever had it comes back.</summary>
/// <remarks>On 127.0.0.1 another test may have been given it meanwhile. All of 127.0.0.0/8 is loopback, but on macOS.</remarks>
public static class OwnLoopback
{
    // Numbers that stand at any place of an address.
    private const int Numbers = 250;

    /// <summary>The address of a class of tests in this run of them.</summary>
    public static string Of(string name)
    {
        int id = Environment.ProcessId;
        return OperatingSystem.IsMacOS() ? "127.0.0.1" : $"127.{1 + (id / Numbers % Numbers)}.{1 + (id % Numbers)}.{1 + (name.Sum(letter => letter) % Numbers)}";
    }
}
