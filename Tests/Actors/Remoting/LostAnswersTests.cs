using FedActors.Actors;
using FedActors.Actors.Remoting;
using FedActors.Actors.Transport.Memory;
using FedActors.Tests.TestKit.Remoting;

namespace FedActors.Tests.Actors.Remoting;

public sealed class LostAnswersTests
{
    private const int Answers = 1000;

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
