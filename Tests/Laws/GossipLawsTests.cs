using Xunit.Abstractions;

namespace FedActors.Tests.Laws;

/// <summary>Every law of gossip mode, with its number of cases, and every mutant, with the law that notices it.</summary>
/// <remarks>
/// <c>dotnet test --filter FullyQualifiedName~GossipLaws --logger "console;verbosity=detailed"</c> prints a line for each. What takes whole
/// peers with disks is taken away in campaigns: <see cref="Simulation.Campaigns.GossipMutationTests"/>.
/// </remarks>
public sealed class GossipLawsTests(ITestOutputHelper output)
{
    private static readonly Law[] Laws = [.. MergeLaws.All, .. ExchangeLaws.All, .. LearningLaws.All];

    public static TheoryData<string, int> AllLaws()
    {
        TheoryData<string, int> data = [];
        foreach (Law law in Laws)
        {
            data.Add(law.Name, law.Cases);
        }

        return data;
    }

    public static TheoryData<string> AllMutants()
    {
        TheoryData<string> data = [];
        foreach ((string name, _, _) in GossipMutants.All)
        {
            data.Add(name);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(AllLaws))]
    public void Law_EveryCase_Holds(string law, int cases)
    {
        (int tried, bool held) = Laws.Single(known => known.Name == law).Try(new LawParts());

        output.WriteLine($"law      {tried,7:N0} cases  {law}");
        held.Should().BeTrue($"it broke in case {tried}");
        tried.Should().Be(cases);
    }

    [Theory]
    [MemberData(nameof(AllMutants))]
    public void Mutant_WithOneRuleReplaced_IsNoticedByALaw(string mutant)
    {
        (_, LawParts parts, IReadOnlyList<Law> laws) = GossipMutants.All.Single(known => known.Name == mutant);
        string? notice = null;
        foreach (Law law in laws)
        {
            (int tried, bool held) = law.Try(parts);
            notice ??= held ? null : $"\"{law.Name}\" in case {tried:N0}";
            if (notice is not null)
            {
                break;
            }
        }

        output.WriteLine($"mutant   {mutant}: {(notice is null ? "NOT NOTICED" : "noticed by " + notice)}");
        notice.Should().NotBeNull();
    }

    [Fact]
    public void Laws_OfMerging_AreLookedAtInAHundredThousandCases() => MergeLaws.All.Sum(law => law.Cases).Should().BeGreaterThanOrEqualTo(100_000);
}
