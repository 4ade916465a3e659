using FedActors.Actors;
using FedActors.FL.Configuration;
using FedActors.FL.Gossip;
using FedActors.FL.Numerics;
using FedActors.FL.Protocol;

namespace FedActors.FL.Roles;

/// <summary>Probes and answers probes for a peer, which is its parent. An actor of its own, so that no probe waits behind a model.</summary>
internal sealed class MembershipActor(MemberRecord self, MembershipOptions options, ulong seed) : Actor
{
    /// <summary>Its name below its peer.</summary>
    public const string Name = "members";

    private const string TimerKey = "due";

    /// <summary>After which time a peer with a full mailbox is told again.</summary>
    private const long RetellMilliseconds = 100;

    private readonly Dictionary<string, ActorRef> _neighbours = new(StringComparer.Ordinal);

    // What found no room in the peer's mailbox, one for each member. Lost, a death or a return would never be known.
    private readonly SortedDictionary<string, MemberChanged> _untold = new(StringComparer.Ordinal);
    private MembershipMachine _machine = null!;

    // What the timer is set for: it is set anew only for another time.
    private long? _armedFor;

    protected override ValueTask OnStartedAsync(ActorContext context)
    {
        _machine = new MembershipMachine(self, options, RandomStream.For(seed, "probes", self.Peer), Now(context));
        Arm(context);
        return ValueTask.CompletedTask;
    }

    protected override ValueTask OnReceiveAsync(ActorContext context, object message)
    {
        if (message is ProbesDue due)
        {
            _armedFor = null;
            Handle(context, due);
        }
        else if (context.Sender is null || context.Sender.Equals(context.Parent))
        {
            OnParent(context, message);
        }
        else if (Senders.IsGenuine(context) && _neighbours.TryGetValue(context.Sender.Path.Node, out ActorRef? known) && known.Equals(context.Sender))
        {
            OnNeighbour(context, known.Path.Node, message);
        }

        return ValueTask.CompletedTask;
    }

    private void OnParent(ActorContext context, object message)
    {
        switch (message)
        {
            case Meet meet:
                _neighbours[meet.Peer] = meet.Members;
                Handle(context, new RecordsHeard(meet.Peer, [meet.Record]));
                Handle(context, new NeighbourFound(meet.Peer));
                break;
            case NeighbourGone gone:
                Handle(context, gone);
                _neighbours.Remove(gone.Peer);
                break;
            case MemberInput input:
                Handle(context, input);
                break;
        }
    }

    private void OnNeighbour(ActorContext context, string from, object message)
    {
        switch (message)
        {
            case GossipProbe probe:
                Handle(context, new RecordsHeard(from, probe.Records));
                Handle(context, new ProbeHeard(from, probe.Sequence));
                break;
            case GossipProbeAnswer answer:
                Handle(context, new RecordsHeard(from, answer.Records));
                Handle(context, new AnswerHeard(from, answer.Sequence));
                break;
            case GossipProbeForMe asked:
                Handle(context, new ProbeAsked(from, asked.Sequence, asked.Target));
                break;
            case GossipProbeSilence silence:
                Handle(context, new SilenceHeard(from, silence.Sequence));
                break;
            case GossipMemberList list:
                Handle(context, new RecordsHeard(from, list.Records));
                if (list.WantsAnswer)
                {
                    Tell(context, from, new GossipMemberList([.. _machine.Members], WantsAnswer: false));
                }

                break;
        }
    }

    private void Handle(ActorContext context, MemberInput input)
    {
        foreach (MemberEffect effect in _machine.Handle(input, Now(context)))
        {
            Perform(context, effect);
        }

        TellParent(context);
        Arm(context);
    }

    private void Perform(ActorContext context, MemberEffect effect)
    {
        switch (effect)
        {
            case SendProbe probe:
                Tell(context, probe.To, new GossipProbe(probe.Sequence, probe.Records));
                break;
            case SendAnswer answer:
                Tell(context, answer.To, new GossipProbeAnswer(answer.Sequence, answer.Records));
                break;
            case AskToProbe ask:
                Tell(context, ask.To, new GossipProbeForMe(ask.Sequence, ask.Target));
                break;
            case SendSilence silence:
                Tell(context, silence.To, new GossipProbeSilence(silence.Sequence));
                break;
            case SendMembers members:
                Tell(context, members.To, new GossipMemberList(members.Records, members.WantsAnswer));
                break;
            case MemberChanged changed:
                _untold[changed.Record.Peer] = _untold.TryGetValue(changed.Record.Peer, out MemberChanged? before) ? changed with { Before = before.Before } : changed;
                break;
            case IdentityContested:
                context.Tell(context.Parent!, effect);
                break;
        }
    }

    private void TellParent(ActorContext context)
    {
        foreach (MemberChanged changed in _untold.Values.ToList())
        {
            if (context.Parent!.TryTell(changed, context.Self))
            {
                _untold.Remove(changed.Record.Peer);
            }
        }
    }

    // What finds no room is lost: the next probe makes up for it.
    private void Tell(ActorContext context, string peer, object message)
    {
        if (_neighbours.TryGetValue(peer, out ActorRef? neighbour))
        {
            neighbour.TryTell(message, context.Self);
        }
    }

    private void Arm(ActorContext context)
    {
        long now = Now(context);
        long due = _untold.Count > 0 ? Math.Min(_machine.Due, now + RetellMilliseconds) : _machine.Due;
        if (due != _armedFor)
        {
            _armedFor = due;
            context.Timers.StartSingle(TimerKey, TimeSpan.FromMilliseconds(Math.Max(0, due - now)), new ProbesDue());
        }
    }

    private static long Now(ActorContext context) => (long)context.Time.GetElapsedTime(0).TotalMilliseconds;

    /// <summary>Parent to this actor: a neighbour can be called from now on.</summary>
    /// <param name="Peer">Who.</param>
    /// <param name="Members">Its actor for probes.</param>
    /// <param name="Record">What it says of itself.</param>
    public sealed record Meet(string Peer, ActorRef Members, MemberRecord Record);
}
