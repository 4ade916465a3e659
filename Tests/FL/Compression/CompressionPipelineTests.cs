using FedActors.FL.Compression;
using FedActors.FL.Models;
using FedActors.FL.Numerics;

namespace FedActors.Tests.FL.Compression;

public sealed class CompressionPipelineTests
{
    private static readonly ParameterLayout Layout = new(new TensorShape("W", 30, 20), new TensorShape("b", 20));
    private static readonly UpdateOrigin Origin = new(42, "A", 7);

    public static TheoryData<string> Pipelines =>
        ["topk(0.05)", "topk(1)", "randomk(0.1)", "lowrank(2)", "int8", "int4", "float16", "topk(0.05),int8", "topk(0.05),float16", "randomk(0.1),int4", "lowrank(2),int8"];

    [Theory]
    [MemberData(nameof(Pipelines))]
    public void Encode_ThenDecode_IsNearTheUpdateAndTheSameEveryTime(string text)
    {
        CompressionPipeline pipeline = Pipeline(text);
        float[] update = AnyUpdate(1);

        byte[] body = pipeline.Encode(update, Layout, Origin);

        pipeline.Encode(update, Layout, Origin).Should().Equal(body);
        float[] read = Decode(pipeline, body);
        Decode(pipeline, body, Origin with { Site = "whatever the receiver believes" }).Should().Equal(read);
        Distance(read, update).Should().BeLessThan(Distance(new float[update.Length], update), "a compressor that is worse than sending nothing is none");
    }

    [Theory]
    [InlineData("int8", 2 + 2 + (3 * 4) + 620)]
    [InlineData("int4", 2 + 2 + (10 * 4) + 310)]
    [InlineData("float16", 2 + 2 + (2 * 620))]
    [InlineData("randomk(0.1)", 2 + 2 + (4 * 62))]
    [InlineData("randomk(0.1),int8", 2 + 2 + 4 + 62)]
    [InlineData("lowrank(2)", 2 + 2 + (4 * ((2 * 50) + 20)))]
    [InlineData("topk(0.05),int8", 2 + 2 + 1 + 31 + 4 + 31)]
    public void Encode_Body_HasTheBytesThatItsStagesSay(string text, int bytes) => Pipeline(text).Encode(AnyUpdate(2), Layout, Origin).Should().HaveCount(bytes);

    [Theory]
    [MemberData(nameof(Pipelines))]
    public void EstimateBytes_BeforeAnyUpdate_IsWhatItTakes(string text)
    {
        CompressionPipeline pipeline = Pipeline(text);
        int bytes = pipeline.Encode(AnyUpdate(2), Layout, Origin).Length;

        pipeline.EstimateBytes(Layout).Should().BeInRange(bytes - (pipeline.ChoosesCoordinates ? 3 : 0), bytes + (pipeline.ChoosesCoordinates ? 3 : 0));
    }

    [Theory]
    [MemberData(nameof(Pipelines))]
    public void TryDecode_BodyCutOrGrown_IsRefusedWithWords(string text)
    {
        CompressionPipeline pipeline = Pipeline(text);
        byte[] body = pipeline.Encode(AnyUpdate(3), Layout, Origin);

        for (int length = 0; length < body.Length; length++)
        {
            Fault(pipeline, body[..length]).Should().NotBeNullOrEmpty();
        }

        Fault(pipeline, [.. body, 0]).Should().Contain("bytes of numbers are left");
    }

    [Theory]
    [InlineData("topk(0.05)", "int8", "it bears the stages 02; the run's are 10, topk(0.05)")]
    [InlineData("float16", "int8", "it bears the stages 02; the run's are 01, float16")]
    [InlineData("topk(0.05)", "topk(0.1)", "it has 62 places; topk(0.05) of 620 numbers are 31")]
    [InlineData("randomk(0.05)", "randomk(0.1)", "248 bytes of numbers are left; randomk(0.05) of 620 numbers takes 124")]
    public void TryDecode_BodyOfOtherStages_IsRefusedWithBoth(string expected, string sent, string words) =>
        Fault(Pipeline(expected), Pipeline(sent).Encode(AnyUpdate(4), Layout, Origin)).Should().Contain(words);

    [Fact]
    public void TryDecode_BodyOfAnotherModel_IsRefusedWithBothSizes()
    {
        ParameterLayout other = new(new TensorShape("W", 3, 2));

        Fault(Pipeline("int8"), Pipeline("int8").Encode(new float[6], other, Origin)).Should().Contain("it is of 6 numbers; the model has 620");
    }

    [Theory]
    [InlineData(new[] { "int8", "topk(0.1)" }, "topk(0.1) must come before int8")]
    [InlineData(new[] { "topk(0.1)", "lowrank(2)" }, "topk(0.1) and lowrank(2) both choose what is sent")]
    [InlineData(new[] { "topk(0.1)", "int8", "float16" }, "int8 and float16 both say how numbers are written")]
    [InlineData(new[] { "topk(0)" }, "the share in \"topk(0)\" is not over 0 and at most 1; there are topk(SHARE)")]
    [InlineData(new[] { "topk(1.01)" }, "is not over 0 and at most 1")]
    [InlineData(new[] { "topk(NaN)" }, "is not over 0 and at most 1")]
    [InlineData(new[] { "topk(-0.1)" }, "is not over 0 and at most 1")]
    [InlineData(new[] { "topk" }, "lacks its share, as in topk(0.01)")]
    [InlineData(new[] { "topk(0.1" }, "lacks its share, as in topk(0.01)")]
    [InlineData(new[] { "lowrank(0)" }, "is not a whole number from 1 to 64")]
    [InlineData(new[] { "lowrank(65)" }, "is not a whole number from 1 to 64")]
    [InlineData(new[] { "int16" }, "is no stage")]
    public void FindFault_StagesThatMakeNoPipeline_SayWhyAndWhatWouldDo(string[] stages, string words)
    {
        CompressionPipeline.FindFault(stages).Should().Contain(words);
        FluentActions.Invoking(() => CompressionPipeline.From(stages)).Should().Throw<ArgumentException>().WithMessage($"*{words}*");
        CompressionPipeline.TryParse(string.Join(',', stages), out _).Should().BeFalse();
    }

    [Theory]
    [MemberData(nameof(Pipelines))]
    public void TryParse_Text_IsReadBack(string text)
    {
        CompressionPipeline.TryParse(text, out CompressionPipeline? pipeline).Should().BeTrue();

        pipeline!.Text.Should().Be(text);
        pipeline.IsNone.Should().BeFalse();
        pipeline.LeavesResidual.Should().Be(text.Contains('(', StringComparison.Ordinal), "what a choice of numbers leaves out must be kept");
    }

    [Fact]
    public void TryParse_Nothing_IsNoCompression()
    {
        CompressionPipeline.TryParse("", out CompressionPipeline? none).Should().BeTrue();

        none!.IsNone.Should().BeTrue();
        float[] update = AnyUpdate(5);
        Decode(none, none.Encode(update, Layout, Origin)).Should().Equal(update);
    }

    [Fact]
    public void FindMisfit_RankThatSavesNothing_NamesTheLargestThatDoes()
    {
        // 12 (30 + 20) = 30 x 20.
        Pipeline("lowrank(12)").FindMisfit(Layout).Should().Be("lowrank(12) makes no layer of W[30,20] b[20] smaller; take a rank of at most 11");
        Pipeline("lowrank(11)").FindMisfit(Layout).Should().BeNull();
        Pipeline("lowrank(1)").FindMisfit(new ParameterLayout(new TensorShape("b", 9))).Should().Contain("no rank does");
    }

    internal static CompressionPipeline Pipeline(string text) =>
        CompressionPipeline.TryParse(text, out CompressionPipeline? pipeline) ? pipeline : throw new ArgumentException($"'{text}' is no pipeline.", nameof(text));

    internal static float[] Decode(CompressionPipeline pipeline, byte[] body, UpdateOrigin? origin = null)
    {
        pipeline.TryDecode(body, Layout, origin ?? Origin, out float[]? update, out string? fault).Should().BeTrue(fault);
        return update!;
    }

    private static string? Fault(CompressionPipeline pipeline, byte[] body)
    {
        pipeline.TryDecode(body, Layout, Origin, out float[]? update, out string? fault).Should().BeFalse();
        update.Should().BeNull();
        return fault;
    }

    private static float[] AnyUpdate(ulong seed)
    {
        RandomStream random = new(seed);
        return [.. Enumerable.Range(0, Layout.Count).Select(_ => (float)(0.01 * random.NextGaussian()))];
    }

    private static double Distance(float[] one, float[] other) => Math.Sqrt(one.Zip(other, (a, b) => ((double)a - b) * ((double)a - b)).Sum());
}
