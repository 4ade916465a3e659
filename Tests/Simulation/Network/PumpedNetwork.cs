using FedActors.Actors.Transport;
using FedActors.Simulation.Kernel;
using FedActors.Simulation.Network;

namespace FedActors.Tests.Simulation.Network;

/// <summary>A simulated network for nodes that run in real time: a thread of its own lets everything arrive at once.</summary>
internal sealed class PumpedNetwork : IDisposable
{
    private readonly SemaphoreSlim _added = new(0);
    private readonly EventQueue _queue;
    private readonly Thread _pump;
    private volatile bool _ended;

    public PumpedNetwork(string host)
    {
        _queue = new EventQueue(() => _added.Release());
        Network = new SimulatedNetwork(_queue, seed: 1, new PathConditions { Jitter = TimeSpan.FromMilliseconds(5), TailShare = 0.01 });
        Transport = Network.TransportOf(new SimulatedHost(_queue, host));
        _pump = new Thread(Pump) { IsBackground = true, Name = "simulated network" };
        _pump.Start();
    }

    public SimulatedNetwork Network { get; }

    public ITransport Transport { get; }

    public void Dispose()
    {
        _ended = true;
        _added.Release();
        _pump.Join();
        _added.Dispose();
    }

    private void Pump()
    {
        while (true)
        {
            _added.Wait();
            if (_ended)
            {
                return;
            }

            _queue.Step();
        }
    }
}
