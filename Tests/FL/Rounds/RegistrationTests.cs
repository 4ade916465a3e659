using FedActors.FL.Models;
using FedActors.FL.Rounds;

namespace FedActors.Tests.FL.Rounds;

public sealed class RegistrationTests
{
    [Fact]
    public void Register_ModelDiffers_IsRefusedFieldByField()
    {
        RoundScript script = new();
        script.Open().Worker("A");

        script.Worker("B", model: new ModelSpecification(ModelSpecification.Softmax, 5, 2));

        RefuseRegistration refusal = script.Single<RefuseRegistration>();
        refusal.Refusal.Should().Be(RegistrationRefusal.MismatchedModel);
        refusal.Text.Should().Contain("features: 4 expected, 5 found").And.Contain("classes: 3 expected, 2 found");
    }

    [Fact]
    public void Register_FirstMemberMistakenAndGone_NoLongerSetsTheModel()
    {
        RoundScript script = new();
        script.Open().Worker("A", model: new ModelSpecification(ModelSpecification.Softmax, 5, 2)).Lose("A");

        script.Worker("B");

        script.Single<AcceptRegistration>().MemberId.Should().Be("B");
    }

    [Fact]
    public void Register_GivenModelDiffers_IsRefusedThoughFirst()
    {
        RoundScript script = new(specification: new ModelSpecification(ModelSpecification.Softmax, 4, 10));

        script.Open().Worker("A");

        script.Single<RefuseRegistration>().Text.Should().Contain("classes: 10 expected, 3 found");
    }

    [Fact]
    public void Register_NameHeldByAnotherLiveNode_IsRefusedAndMayPassLater()
    {
        RoundScript script = new();
        script.Open().Worker("A");
        long first = script.Session("A");

        script.Worker("A", node: "elsewhere");
        RefuseRegistration refusal = script.Single<RefuseRegistration>();
        refusal.Refusal.Should().Be(RegistrationRefusal.DuplicateMember);
        refusal.Refusal.MayPass().Should().BeTrue();

        script.Do(new MemberLost(first, "killed")).Worker("A", node: "elsewhere");
        script.Single<AcceptRegistration>().Rejoined.Should().BeTrue();
    }

    [Fact]
    public void Register_SameNodeRestarted_ReplacesItsPredecessorBeforeItsLossIsSeen()
    {
        RoundScript script = new();
        script.Open().Worker("A");
        long first = script.Session("A");

        script.Worker("A", incarnation: 2);

        script.Single<AcceptRegistration>().Replaced.Should().Be(first);
        script.Do(new MemberLost(first, "late news")).Last.Should().BeEmpty();
    }

    [Fact]
    public void Register_SiteHeldByAnotherWorker_IsRefused()
    {
        RoundScript script = new();
        script.Open().Worker("A", site: "north");

        script.Worker("B", site: "north");

        script.Single<RefuseRegistration>().Refusal.Should().Be(RegistrationRefusal.DuplicateSite);
    }

    [Theory]
    [InlineData("site-A", 99)]
    [InlineData("other", 100)]
    public void Register_RejoinsWithOtherData_IsRefused(string site, long samples)
    {
        RoundScript script = RoundScript.Collecting();
        script.Lose("A").Worker("A", site: site, samples: samples);

        script.Single<RefuseRegistration>().Refusal.Should().Be(RegistrationRefusal.WrongSiteData);
    }

    [Fact]
    public void Register_ResumedRunWithOtherData_IsRefused()
    {
        RoundScript script = new(position: new RunPosition { RunId = RoundScript.Run, Resumed = true, CommittedRounds = 1, Sites = [new RunSite("A", "site-A", 7)] });

        script.Open().Worker("A");

        script.Single<RefuseRegistration>().Text.Should().Contain("7 examples").And.Contain("100");
    }

    [Fact]
    public void Register_FiguresContradictThemselves_IsRefused()
    {
        RoundScript script = new();
        script.Open().Do(new RegistrationReceived(1, MemberRole.Worker, "A", "n", 1, new DataOffer(RoundScript.Model, "s", 5, "moments over 6 examples")));
        script.Single<RefuseRegistration>().Text.Should().Contain("moments over 6 examples");

        script.Do(new RegistrationReceived(1, MemberRole.Worker, "A", "n", 1, new DataOffer(RoundScript.Model, "s", 0)));
        script.Single<RefuseRegistration>().Refusal.Should().Be(RegistrationRefusal.WrongSiteData);
    }

    [Fact]
    public void Register_NameTooLongOrEmpty_IsRefused()
    {
        RoundScript script = new();
        script.Open();

        script.Worker("").Single<RefuseRegistration>().Refusal.Should().Be(RegistrationRefusal.InvalidName);
        script.Worker(new string('x', RoundLimits.MaxNameLength + 1)).Single<RefuseRegistration>().Refusal.Should().Be(RegistrationRefusal.InvalidName);
    }

    [Fact]
    public void Register_OneSenderTwoNames_IsRefused()
    {
        RoundScript script = new();
        script.Open().Worker("A");

        script.Do(new RegistrationReceived(script.Session("A"), MemberRole.Worker, "B", "node-A", 1, new DataOffer(RoundScript.Model, "s", 5)));

        script.Single<RefuseRegistration>().Refusal.Should().Be(RegistrationRefusal.DuplicateMember);
    }

    [Fact]
    public void Register_InMidRound_IsSentThePlanAndNotAskedUntilTheNextRound()
    {
        RoundScript script = RoundScript.Collecting();
        script.Worker("E");
        script.Single<SendPlan>().Session.Should().Be(script.Session("E"));
        script.Asked().Should().BeEmpty();

        script.Round("A", "B", "C", "D");

        script.Asked().Should().Equal("A", "B", "C", "D", "E");
    }

    [Fact]
    public void RefusalCodes_AllReasons_AreDistinctSnakeCase()
    {
        string[] codes = [.. Enum.GetValues<RefusalReason>().Select(reason => reason.Code())];
        codes.Should().OnlyHaveUniqueItems().And.OnlyContain(code => code.All(c => c == '_' || char.IsAsciiLetterLower(c)));
        Enum.GetValues<RegistrationRefusal>().Select(refusal => refusal.Code()).Should().OnlyHaveUniqueItems();
    }
}
