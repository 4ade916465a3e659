using FedActors.FL.Numerics;
using FedActors.Simulation.Kernel;
using FedActors.Simulation.Network;

namespace FedActors.Simulation.Scenarios;

/// <summary>The network between the peers of a scenario: a way of its own from each to each, which is there or, while the network is in two, is not.</summary>
internal sealed class PeerPaths
{
    private static readonly PathConditions Open = new() { Latency = TimeSpan.Zero, BytesPerSecond = long.MaxValue };

    private readonly PeerScenarioSetup _setup;
    private readonly EventQueue _queue;
    private readonly string[] _peers;
    private int _splits;

    public PeerPaths(PeerScenarioSetup setup, EventQueue queue, IReadOnlyList<string> peers)
    {
        (_setup, _queue, _peers) = (setup, queue, [.. peers]);
        Network = new SimulatedNetwork(queue, setup.Options.Seed, Open);
        if (setup.Network is { Latency.IsZero: true, Download.IsZero: true, Upload.IsZero: true })
        {
            return;
        }

        double[] downloads = Draw(setup.Network.Download, "download");
        double[] uploads = Draw(setup.Network.Upload, "upload");
        for (int from = 0; from < _peers.Length; from++)
        {
            for (int to = from + 1; to < _peers.Length; to++)
            {
                RandomStream chance = RandomStream.For(setup.Options.Seed, "latency", $"{_peers[from]} {_peers[to]}");
                TimeSpan latency = SecondsOf(setup.Network.Latency.Draw(chance, from));
                Set(from, to, latency, uploads[from], downloads[to]);
                Set(to, from, latency, uploads[to], downloads[from]);
            }
        }
    }

    public SimulatedNetwork Network { get; }

    /// <summary>From now on the network falls in two now and then.</summary>
    public void Begin()
    {
        if (!_setup.Splits.IsNever)
        {
            _queue.Schedule(Next(_setup.Splits.Whole, "whole"), Split);
        }
    }

    /// <summary>Seconds as a time that a clock can bear.</summary>
    public static TimeSpan SecondsOf(double seconds) => TimeSpan.FromSeconds(Math.Min(seconds, DeviceSpeeds.Longest.TotalSeconds));

    private void Split()
    {
        RandomStream chance = RandomStream.For(_setup.Options.Seed, "sides", "", ++_splits);
        bool[] sides = [.. _peers.Select(_ => chance.NextInt(2) == 0)];
        NetworkPath[] between =
        [
            .. from one in Enumerable.Range(0, _peers.Length)
               from other in Enumerable.Range(0, _peers.Length)
               where sides[one] != sides[other]
               select Network.PathOf(_peers[one], _peers[other]),
        ];
        Array.ForEach(between, path => path.Block());
        _queue.Schedule(Next(_setup.Splits.Split, "split"), () =>
        {
            Array.ForEach(between, path => path.Unblock());
            _queue.Schedule(Next(_setup.Splits.Whole, "whole"), Split);
        });
    }

    // A turn takes some time, or there could be infinitely many at once.
    private TimeSpan Next(Distribution length, string purpose)
    {
        TimeSpan drawn = SecondsOf(length.Draw(RandomStream.For(_setup.Options.Seed, purpose, "", _splits), _splits));
        return drawn > TimeSpan.FromMilliseconds(1) ? drawn : TimeSpan.FromMilliseconds(1);
    }

    private double[] Draw(Distribution distribution, string purpose) =>
        [.. _peers.Select((peer, i) => distribution.Draw(RandomStream.For(_setup.Options.Seed, purpose, peer), i))];

    private void Set(int from, int to, TimeSpan latency, double upload, double download)
    {
        double least = (upload, download) switch
        {
            (0, 0) => Open.BytesPerSecond,
            (0, _) => download,
            (_, 0) => upload,
            _ => Math.Min(upload, download),
        };
        Network.PathOf(_peers[from], _peers[to]).Conditions = new PathConditions { Latency = latency, BytesPerSecond = Math.Max(1, (long)Math.Min(least, long.MaxValue / 2)) };
    }
}
