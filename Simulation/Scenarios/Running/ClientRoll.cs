using FedActors.FL.Models;
using FedActors.FL.Rounds;

namespace FedActors.Simulation.Scenarios;

/// <summary>Who is registered: tells the round machine who has come and gone.</summary>
internal sealed class ClientRoll
{
    private const long FirstSession = VirtualProvider.EvaluatorSession + 1;

    private readonly ScenarioSetup _setup;
    private readonly ModelSpecification _specification;
    private readonly VirtualTime _time;
    private readonly ClientPresence? _presence;
    private readonly Standing[] _standings;

    public ClientRoll(ScenarioSetup setup, ModelSpecification specification, VirtualTime time)
    {
        (_setup, _specification, _time) = (setup, specification, time);
        _presence = setup.Availability.IsAlways ? null : new ClientPresence(setup.Availability, setup.Options.Seed, setup.Clients);
        _standings = new Standing[setup.Clients.Count];
    }

    private enum Standing : byte
    {
        Registered,

        /// <summary>Offline in its own time.</summary>
        Offline,

        /// <summary>Down after a fault; that it comes back is on the agenda.</summary>
        Down,
    }

    /// <summary>A client's session.</summary>
    public static long SessionOf(int client) => FirstSession + client;

    /// <summary>The client of a session.</summary>
    public static int ClientOf(long session) => checked((int)(session - FirstSession));

    /// <summary>A client's registration.</summary>
    public RegistrationReceived Register(int client)
    {
        string name = _setup.Clients.NameOf(client);
        DataOffer offer = new(_specification, name, _setup.Clients.SamplesOf(client));
        return new RegistrationReceived(SessionOf(client), MemberRole.Worker, name, "virtual", 1, offer);
    }

    /// <summary>Until when a client that is there stays.</summary>
    public long OnlineUntil(int client) => _presence?.At(client, _time.Now).Until ?? long.MaxValue;

    /// <summary>Who has come and gone in its own time since somebody last looked.</summary>
    public IEnumerable<RoundInput> Gather()
    {
        if (_presence is null)
        {
            yield break;
        }

        for (int client = 0; client < _standings.Length; client++)
        {
            bool online = _presence.At(client, _time.Now).Online;
            if (online && _standings[client] == Standing.Offline)
            {
                _standings[client] = Standing.Registered;
                yield return Register(client);
            }
            else if (!online && _standings[client] == Standing.Registered)
            {
                _standings[client] = Standing.Offline;
                yield return new MemberLost(SessionOf(client), "its device went offline");
            }
        }
    }

    /// <summary>A client that was asked goes offline. Says when it is back.</summary>
    public long GoOffline(int client)
    {
        _standings[client] = Standing.Offline;
        return _presence!.At(client, _time.Now).Until;
    }

    /// <summary>A client goes down by a fault.</summary>
    public void GoDown(int client) => _standings[client] = Standing.Down;

    /// <summary>A client comes back; null when it is there already, or when its device is offline, in which case its next round finds it.</summary>
    public RegistrationReceived? Return(int client)
    {
        bool online = _presence?.At(client, _time.Now).Online ?? true;
        if (_standings[client] == Standing.Registered)
        {
            return null;
        }

        _standings[client] = online ? Standing.Registered : Standing.Offline;
        return online ? Register(client) : null;
    }
}
