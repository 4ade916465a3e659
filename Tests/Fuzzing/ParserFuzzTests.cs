using FedActors.Tests.TestKit;
using Xunit.Abstractions;

namespace FedActors.Tests.Fuzzing;

/// <summary>Damaged input for every parser: it is read or refused as documented, for no more memory and time than its size allows.</summary>
public sealed class ParserFuzzTests(ITestOutputHelper output) : IAsyncDisposable
{
    /// <summary>No parser works on a few kilobytes for so long, however busy the machine is: it hangs, or its work grows too fast.</summary>
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(20);

    private static readonly string[] Parsers =
    [
        "frames", "coordinated messages", "gossip messages", "actor trees", "sealed bodies", "plans", "moments", "site vectors", "optimizer states", "compressed updates", "sums of updates",
        "replicated models", "replicated moments", "replicated standards", "replicated descriptions",
        "npy within npz", "npz", "manifests", "idx", "csv", "revocation lists", "revocation lists in PEM", "configurations", "scenarios",
        "package manifests", "package archives", "package archives, packed", "trainers' figures", "trainers' parameters", "predictors' classes",
        "residuals", "residuals, damaged", "kept means", "kept means' parameters", "process ledgers", "training stores", "gossip stores",
    ];

    private readonly FuzzTargets _targets = new();

    public static TheoryData<string> Names => [.. Parsers];

    public ValueTask DisposeAsync() => _targets.DisposeAsync();

    [Fact]
    public void Targets_All_AreTried() => _targets.All.Select(target => target.Name).Should().Equal(Parsers);

    [Theory]
    [MemberData(nameof(Names))]
    public void Parser_SoundInput_IsRead(string name)
    {
        FuzzTarget target = _targets.All.Single(t => t.Name == name);

        target.Corpus.Should().NotBeEmpty().And.AllSatisfy(input => Judge(target, input).Should().BeNull());
        target.Corpus.Should().AllSatisfy(input => target.Parse(input), "a corpus that is refused leads nowhere");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Parser_DamagedInput_IsReadOrRefusedWithinItsLimits(string name)
    {
        FuzzTarget target = _targets.All.Single(t => t.Name == name);
        (int tried, int refused, long most) = (0, 0, 0);
        target.Corpus.ToList().ForEach(input => Judge(target, input));
        foreach (int number in FuzzScale.Numbers(target.Share))
        {
            tried++;
            byte[] input = new ByteMutator(target, new SplitMix(Mix(FuzzScale.Seed, number))).Next();
            long before = GC.GetAllocatedBytesForCurrentThread();
            if (Judge(target, input, ref refused) is { } fault)
            {
                Assert.Fail($"{name}, case {number} of seed {FuzzScale.Seed}: {fault}\nAgain with FEDACTORS_SEED={FuzzScale.Seed} FEDACTORS_FUZZ_CASE={number} dotnet test --filter \"DisplayName~{name}\"\n{Convert.ToBase64String(input)}");
            }

            most = Math.Max(most, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        output.WriteLine($"{name}, seed {FuzzScale.Seed}: {tried:n0} inputs, {refused:n0} refused; the most that one cost was {most:n0} bytes");
    }

    [Fact]
    public void Mutator_SameSeed_GivesTheSameInputs()
    {
        FuzzTarget target = _targets.All[0];

        for (int number = 0; number < 100; number++)
        {
            new ByteMutator(target, new SplitMix(Mix(5, number))).Next().Should().Equal(new ByteMutator(target, new SplitMix(Mix(5, number))).Next());
        }
    }

    private static ulong Mix(ulong seed, int number) => new SplitMix(seed ^ ((ulong)number << 32)).NextUInt64();

    private static string? Judge(FuzzTarget target, byte[] input)
    {
        int refused = 0;
        return Judge(target, input, ref refused);
    }

    private static string? Judge(FuzzTarget target, byte[] input, ref int refused)
    {
        long began = TimeProvider.System.GetTimestamp();
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            target.Parse(input);
        }
        catch (Exception e) when (e.GetType() == target.Refusal || (target.Refusal == typeof(ArgumentException) && e is ArgumentException))
        {
            refused++;
            if (e.Message.Length == 0)
            {
                return "refused without a word";
            }
        }
        catch (Exception e)
        {
            return $"{e}";
        }

        long spent = GC.GetAllocatedBytesForCurrentThread() - before;
        long allowed = target.MaxBytes + ((long)target.BytesPerByte * input.Length);
        TimeSpan took = TimeProvider.System.GetElapsedTime(began);
        return spent > allowed ? $"{spent} bytes were allocated for an input of {input.Length}, {allowed} are allowed" : took > Hang ? $"it took {took}" : null;
    }
}
