using FedActors.Actors;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Actors.Scheduling;

/// <summary>Turns that follow each other on the pool's real threads, with a real watch.</summary>
public sealed class ThreadPoolSchedulerTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(5);

    /// <summary>It waits for an actor whose turn was put behind its own: only the watch can free the two.</summary>
    [Fact]
    public async Task Ask_ByAHandlerThatBlocksUntilItIsAnswered_IsAnswered()
    {
        await using var system = new ActorSystem(new ActorSystemOptions());
        ActorRef echo = system.Spawn(Props.FromBehaviour(Respond), "echo");
        ActorRef blocking = system.Spawn(
            Props.FromBehaviour((context, message) =>
            {
                using var answered = new ManualResetEventSlim();
                _ = echo.AskAsync<object>(message, Timeout).ContinueWith(
                    (_, state) => ((ManualResetEventSlim)state!).Set(), answered, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
                context.Respond(answered.Wait(Eventually.Limit, CancellationToken.None));
                return ValueTask.CompletedTask;
            }),
            "blocking");

        for (int i = 0; i < 20; i++)
        {
            (await blocking.AskAsync<bool>(i, Timeout).Limit()).Should().BeTrue();
        }
    }

    /// <summary>Two that ask each other in chains, with others beside them: no answer is lost when turns change threads.</summary>
    [Fact]
    public async Task Ask_InChainsFromManyThreads_AllAreAnswered()
    {
        await using var system = new ActorSystem(new ActorSystemOptions());
        ActorRef last = system.Spawn(Props.FromBehaviour(Respond), "last");
        ActorRef[] chain = new ActorRef[4];
        for (int i = chain.Length - 1; i >= 0; i--)
        {
            ActorRef next = i == chain.Length - 1 ? last : chain[i + 1];
            chain[i] = system.Spawn(
                Props.FromBehaviour(async (context, message) => context.Respond(await next.AskAsync<object>(message, Timeout))), $"link-{i}");
        }

        await Parallel.ForAsync(0, 64, async (asker, _) =>
        {
            for (int i = 0; i < 200; i++)
            {
                object question = (asker * 1000) + i;
                (await chain[i % chain.Length].AskAsync<object>(question, Timeout).Limit()).Should().Be(question);
            }
        });
    }

    private static ValueTask Respond(ActorContext context, object message)
    {
        context.Respond(message);
        return ValueTask.CompletedTask;
    }
}
