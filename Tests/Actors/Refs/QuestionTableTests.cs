using FedActors.Actors;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Actors.Refs;

public sealed class QuestionTableTests : IAsyncLifetime
{
    private readonly ActorWorld _world = new();
    private readonly ActorRef _silent;

    public QuestionTableTests() => _silent = _world.Spawn("silent", (_, _) => ValueTask.CompletedTask);

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _world.DisposeAsync().AsTask();

    /// <summary>Far more questions than there are places, all open at once.</summary>
    [Fact]
    public void Resolve_MoreOpenQuestionsThanPlaces_FindsEach()
    {
        PromiseRef<string>[] questions = [.. Enumerable.Range(0, 3 * QuestionTable.Places).Select(_ => Question())];
        long[] numbers = [.. questions.Select(question => question.Uid)];

        numbers.Should().OnlyHaveUniqueItems();
        numbers.Select(_world.System.ResolvePromise).Should().Equal(questions);
    }

    /// <summary>A place serves one question after the other, also while an older one that stood in another's way is open.</summary>
    [Fact]
    public void Resolve_SettledQuestion_FindsNobody_AndOthersStill()
    {
        PromiseRef<string>[] questions = [.. Enumerable.Range(0, 3 * QuestionTable.Places).Select(_ => Question())];
        long[] numbers = [.. questions.Select(question => question.Uid)];

        for (int i = 0; i < questions.Length; i += 2)
        {
            questions[i].Abandon();
        }

        for (int i = 0; i < questions.Length; i++)
        {
            ActorRef found = _world.System.ResolvePromise(numbers[i]);
            ReferenceEquals(found, questions[i]).Should().Be(i % 2 == 1);
        }

        PromiseRef<string> late = Question();
        _world.System.ResolvePromise(late.Uid).Should().BeSameAs(late);
    }

    [Fact]
    public void Resolve_NumberOfASettledQuestionThatIsAskedForLate_FindsNobody()
    {
        PromiseRef<string> question = Question();
        question.Abandon();

        _world.System.ResolvePromise(question.Uid).Should().NotBeSameAs(question);
    }

    private PromiseRef<string> Question() =>
        new(_world.System, _silent, typeof(string), TimeSpan.FromMinutes(1));
}
