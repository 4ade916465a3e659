using FedActors.FL.Numerics;
using FedActors.FL.Roles;
using FedActors.Simulation.Kernel;

namespace FedActors.Simulation.Scenarios;

/// <content>What peers take time for, and what goes wrong with them.</content>
public sealed partial class PeerScenarioRun
{
    /// <summary>After which time somebody has seen that a peer ended although it was not to.</summary>
    private static readonly TimeSpan Notice = TimeSpan.FromSeconds(3);

    private ClientPresence? _presence;
    private TimeSpan _presentSince;

    /// <summary>A peer begins to train. Says how long it takes; null if it dies over it.</summary>
    private TimeSpan? Train(VirtualPeer peer, SimulatedProcess process)
    {
        if (peer.Round >= _setup.Options.Training.Rounds)
        {
            // What is left is to mix.
            return TimeSpan.Zero;
        }

        RandomStream chance = RandomStream.For(_setup.Options.Seed, "conduct", peer.Name, ++peer.Trainings);
        TimeSpan duration = _malice?.Waits(peer) == true ? LongestTraining() : TrainingTime(peer);
        bool dies = chance.NextDouble() < _setup.Faults.Crash;
        bool breaks = chance.NextDouble() < _setup.Network.Loss;
        if (dies)
        {
            TimeSpan back = PeerPaths.SecondsOf(_setup.Faults.Restart.Draw(chance, peer.Index));
            _queue.Schedule(duration / 2, () => Lose(peer, process, back));
            return null;
        }

        if (breaks)
        {
            IReadOnlyList<string> neighbours = _setup.Topology.NeighboursOf(peer.Name, _names);
            string other = neighbours[chance.NextInt(neighbours.Count)];
            _queue.Schedule(duration, () => _paths.Network.Break(peer.Name, other, bothNotice: true));
        }

        return duration;
    }

    private TimeSpan LongestTraining() => _peers.Max(TrainingTime) + (_malice is null ? TimeSpan.Zero : PeerMalice.Lag);

    private TimeSpan TrainingTime(VirtualPeer peer) =>
        DeviceSpeeds.TrainingTime(_setup.Devices.SpeedOf(_setup.Options.Seed, peer.Name, peer.Index), (long)peer.Data.Count * _setup.Options.Training.LocalEpochs);

    /// <summary>A peer's process ends, and another starts after a time.</summary>
    private void Lose(VirtualPeer peer, SimulatedProcess process, TimeSpan back)
    {
        if (peer.Process != process || !process.IsAlive || _isLeaving)
        {
            return;
        }

        End(peer);
        peer.IsDown = true;
        _queue.Schedule(back, () =>
        {
            peer.IsDown = false;
            Return(peer);
        });
    }

    private void End(VirtualPeer peer)
    {
        _bytesSent += peer.System!.Remote.BytesSent;
        peer.Process!.Kill();
        peer.Status = null;
        _hasNews = true;
    }

    /// <summary>Starts a peer's process, if none runs, its device is there and nothing else keeps it down.</summary>
    private void Return(VirtualPeer peer)
    {
        if (!peer.IsAlive && !peer.IsDown && !_isLeaving && PresenceOf(peer) is null or { Online: true })
        {
            _restarts++;
            Start(peer);
        }
    }

    private async Task FollowAsync(VirtualPeer peer, SimulatedProcess process, PeerCompletion completion)
    {
        // It was not told to leave: a launcher would start it again.
        await completion.Task;
        Lose(peer, process, Notice);
    }

    /// <summary>From the first round that somebody closes, peers come and go and the network falls in two.</summary>
    private void Unsettle()
    {
        _paths.Begin();
        if (_setup.Availability.IsAlways)
        {
            return;
        }

        _presence = new ClientPresence(_setup.Availability, _setup.Options.Seed, _setup.Clients);
        _presentSince = _queue.Now;
        foreach (VirtualPeer peer in _peers)
        {
            // Not from within the peer that tells of its round.
            _queue.Schedule(TimeSpan.Zero, () => FollowPresence(peer));
        }
    }

    private void FollowPresence(VirtualPeer peer)
    {
        (bool online, long until) = PresenceOf(peer)!.Value;
        if (online)
        {
            Return(peer);
        }
        else if (peer.IsAlive && !_isLeaving)
        {
            peer.Host.IsOff = true;
            End(peer);
        }

        _queue.Schedule(_presentSince + TimeSpan.FromTicks(until) - _queue.Now, () => FollowPresence(peer));
    }

    private (bool Online, long Until)? PresenceOf(VirtualPeer peer) => _presence?.At(peer.Index, (_queue.Now - _presentSince).Ticks);
}
