using System.Globalization;
using System.Runtime.InteropServices;
using FedActors.Actors;
using FedActors.Actors.Remoting;
using FedActors.Actors.Serialization;
using FedActors.Actors.Supervision;
using FedActors.Actors.Transport;
using FedActors.Actors.Transport.Tcp;
using FedActors.Examples.TwoNodes;

try
{
    switch (args)
    {
        case ["listen"]:
            return await ListenAsync(new TransportAddress("127.0.0.1", 5001));
        case ["listen", var address]:
            return await ListenAsync(TransportAddress.Parse(address));
        case ["call", var address]:
            return await CallAsync(TransportAddress.Parse(address));
        default:
            Console.Error.WriteLine("Say 'listen [host:port]' in one terminal, and 'call host:port' in another.");
            return 64;
    }
}
catch (Exception e) when (e is FormatException or TransportException or TimeoutException or AskFailedException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}

static async Task<int> ListenAsync(TransportAddress address)
{
    var stopping = new TaskCompletionSource();
    using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
    using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);

    #region listen
    await using ActorSystem system = CreateNode("station");
    system.Spawn(Station.Props, "station");
    TransportAddress bound = await system.Remote.ListenAsync(address);
    Console.WriteLine($"listening on {bound}, until Ctrl+C");
    await Task.WhenAny(stopping.Task, system.WhenTerminated);
    #endregion
    return system.WhenTerminated.IsFaulted ? 1 : 0;

    void Stop(PosixSignalContext signal)
    {
        signal.Cancel = true;
        stopping.TrySetResult();
    }
}

static async Task<int> CallAsync(TransportAddress address)
{
    #region call
    await using ActorSystem system = CreateNode("probe");
    RemoteNode station = system.Remote.Connect(address);
    using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10), TimeProvider.System);
    try
    {
        await station.WhenConnectedAsync(patience.Token);
    }
    catch (OperationCanceledException)
    {
        Console.Error.WriteLine($"no connection with {address}: {station.LastFault}");
        return 1;
    }

    ActorRef gauge = station.ActorOf("station/gauge");
    foreach (double degrees in new[] { 19.5, 20.5, 22.1 })
    {
        await gauge.TellAsync(new Reading(degrees));
    }

    TimeSpan wait = TimeSpan.FromSeconds(5);
    Show(await gauge.AskAsync<Summary>(new SummaryRequest(), wait));
    try
    {
        await gauge.AskAsync<Summary>(new Reading(double.NaN), wait);
    }
    catch (AskFailedException e)
    {
        Console.WriteLine(e.Message);
    }

    Show(await gauge.AskAsync<Summary>(new SummaryRequest(), wait));
    #endregion
    return 0;
}

#region node
static ActorSystem CreateNode(string name)
{
    MessageRegistry messages = new MessageRegistryBuilder().Add<Reading>().Add<SummaryRequest>().Add<Summary>().Build();
    var system = new ActorSystem(new ActorSystemOptions
    {
        Node = name,
        Remoting = new RemotingOptions { Transport = new TcpTransport(), Registry = messages },
    });
    system.Events.Subscribe<NodeConnected>(e => Console.WriteLine($"{e.Node} is connected"));
    system.Events.Subscribe<NodeDisconnected>(e => Console.WriteLine($"{e.Node} is disconnected: {e.Reason}"));
    system.Events.Subscribe<ActorFailed>(e => Console.WriteLine($"{e.Actor} failed: {e.Failure.Message} ({e.Directive})"));
    system.Events.Subscribe<DeadLetter>(e => Console.WriteLine($"{e.Message} reached nobody: {e.Reason}"));
    return system;
}
#endregion

static void Show(Summary summary) =>
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{summary.Readings} readings, mean {summary.Mean:0.0}"));
