using FedActors.FL.Numerics;

namespace FedActors.Simulation.Scenarios;

/// <summary>Who is online: a few bytes for each client, looked at when somebody asks.</summary>
internal sealed class ClientPresence
{
    private readonly Availability _availability;
    private readonly ulong _seed;
    private readonly IVirtualClients _clients;
    private readonly long[] _until;
    private readonly int[] _turns;
    private readonly bool[] _online;

    public ClientPresence(Availability availability, ulong seed, IVirtualClients clients)
    {
        (_availability, _seed, _clients) = (availability, seed, clients);
        (_until, _turns, _online) = (new long[clients.Count], new int[clients.Count], new bool[clients.Count]);
        for (int client = 0; client < clients.Count; client++)
        {
            Begin(client);
        }
    }

    /// <summary>Whether a client is online, and until when it stays what it is.</summary>
    /// <param name="client">Which.</param>
    /// <param name="now">No earlier than when it was last asked for.</param>
    public (bool Online, long Until) At(int client, long now)
    {
        while (_until[client] <= now)
        {
            _online[client] = !_online[client];
            _until[client] += Length(client, ++_turns[client]);
        }

        return (_online[client], _until[client]);
    }

    // Somewhere within a turn: devices do not begin their day together.
    private void Begin(int client)
    {
        RandomStream random = RandomStream.For(_seed, "presence", _clients.NameOf(client));
        double online = _availability.Online.Draw(random, client);
        double offline = _availability.Offline.Draw(random, client);
        double at = random.NextDouble() * (online + offline);
        _online[client] = at < online;
        _until[client] = ToTicks(at < online ? online - at : online + offline - at);
    }

    private long Length(int client, int turn)
    {
        RandomStream random = RandomStream.For(_seed, "presence", _clients.NameOf(client), turn);
        return ToTicks((_online[client] ? _availability.Online : _availability.Offline).Draw(random, client));
    }

    // A turn takes some time, or a client could take infinitely many at once.
    private static long ToTicks(double seconds) =>
        Math.Max(TimeSpan.TicksPerMillisecond, (long)(Math.Min(seconds, DeviceSpeeds.Longest.TotalSeconds) * TimeSpan.TicksPerSecond));
}
