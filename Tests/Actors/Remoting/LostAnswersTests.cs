using FedActors.Actors;
using FedActors.Actors.Remoting;
using FedActors.Actors.Remoting.Frames;
using FedActors.Actors.Transport.Memory;
using FedActors.Tests.TestKit;
using FedActors.Tests.TestKit.Remoting;

namespace FedActors.Tests.Actors.Remoting;

public sealed class LostAnswersTests
{
    private const int Answers = 1000;

    /// <summary>Who asked has a deadline, so that what is said of failed questions need not pile up for a peer that takes none of it.</summary>
    [Fact]
    public async Task FailedQuestions_OfAPeerThatTakesNothing_AreSaidAsLongAsThereIsRoom()
    {
        RemotingLimits limits = RemotingLimits.Default with { MaxQueuedBytes = 16 * 1024 };
        await using ActorSystem system = TestNodes.Create(new MemoryTransport(), "failed-questions", options => options with { Limits = limits });
        var endpoint = new Endpoint(system.Remote, "peer", "peer");
        (MemoryConnection near, MemoryConnection far) = MemoryConnection.Pair("peer", "failed-questions");
        await using var peer = new RawPeer(far);
        Greeting greeting = RawPeer.Greeting("peer");
        var link = new Link(endpoint, near, system.Remote.Options, greeting, withheldBytes: 0);
        SessionMemory own = endpoint.Remember();
        endpoint.AttachAccepted(link, greeting, own, new SessionMemory(1, own.Own, 0)).Should().BeTrue();

        for (int asker = 1; asker <= Answers; asker++)
        {
            endpoint.TellAskFailed(new ActorPath("peer", "asker", asker), "nobody is there");
        }

        endpoint.Outbox.HeldBytes.Should().BeInRange(limits.MaxQueuedBytes, limits.MaxQueuedBytes + 1024);
        link.Abort("the test has seen it");
        await link.Completion.Limit();
    }

    /// <summary>A peer that asks without reading and goes leaves thousands of answers. Each made its asker's name, and an exception for nobody, all in one piece.</summary>
    [Fact]
    public async Task DeadLetters_AnswersWhileNobodyReadsTheLog_MakeNoTexts()
    {
        await using ActorSystem system = TestNodes.Create(new MemoryTransport(), "lost-answers");
        var endpoint = new Endpoint(system.Remote, "peer", "peer");
        ActorRef[] askers = [.. Enumerable.Range(1, Answers).Select(number => new RemoteActorRef(endpoint, question: number))];
        var answer = new Envelope(new Numbered(1), system.SpawnEcho());
        Publish();

        long before = GC.GetAllocatedBytesForCurrentThread();
        Publish();

        ((GC.GetAllocatedBytesForCurrentThread() - before) / (double)Answers).Should().BeInRange(1, 160, "the event, and no text");
        system.DeadLetters.Count.Should().Be(2 * Answers);

        void Publish()
        {
            foreach (ActorRef asker in askers)
            {
                system.DeadLetters.Publish(asker, answer, DeadLetterReason.Unreachable);
            }
        }
    }
}
