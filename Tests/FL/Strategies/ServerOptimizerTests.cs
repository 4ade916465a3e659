using FedActors.FL.Strategies;

namespace FedActors.Tests.FL.Strategies;

public sealed class ServerOptimizerTests
{
    [Fact]
    public void Averaging_AnyAggregate_IsTheNextModelBitForBit()
    {
        float[] aggregate = [1e-30f, 3.3333333f, -7e5f];
        float[] next = new float[3];

        OptimizerState state = new Averaging().Step<float>([1e6f, 0.1f, 12.5f], aggregate, OptimizerState.Empty, next);

        next.Should().Equal(aggregate);
        state.IsEmpty.Should().BeTrue();
    }

    [Fact]
    public void FedAvgM_DefaultsOfTheReference_AreFedAvg()
    {
        ServerMomentum momentum = new();
        double[] next = new double[2];
        OptimizerState state = momentum.Begin(2);
        for (int round = 1; round <= 3; round++)
        {
            state = momentum.Step<double>([1, 2], [1.5, round], state, next);
            next.Should().Equal(1.5, round);
        }
    }

    [Fact]
    public void Step_StateOfAnotherOptimizer_IsRefused()
    {
        Action step = () => new FedAdam().Step<float>(new float[3], new float[3], new ServerMomentum().Begin(3), new float[3]);

        step.Should().Throw<ArgumentException>().WithMessage("adam keeps 2 vectors of 3 numbers*1 vectors of 3*");
    }

    [Fact]
    public void Step_StateGiven_LeavesItUnchanged()
    {
        FedYogi yogi = new();
        OptimizerState before = yogi.Begin(4);
        byte[] bytes = before.ToBytes();

        OptimizerState after = yogi.Step<float>(new float[4], [1, 2, 3, 4], before, new float[4]);

        before.ToBytes().Should().Equal(bytes);
        after.ToBytes().Should().NotEqual(bytes);
    }

    [Fact]
    public void State_BytesOfAnotherLength_AreRefused()
    {
        Action read = () => OptimizerState.FromBytes(new byte[16], 2, 2);

        read.Should().Throw<ArgumentException>().WithMessage("2 vectors of 2 numbers take 32 bytes, not 16*");
    }

    [Theory]
    [InlineData(0, 0.9)]
    [InlineData(0.1, 1)]
    [InlineData(0.1, -0.1)]
    [InlineData(0.1, double.NaN)]
    public void FedAdam_OptionOutOfRange_IsRefused(double learningRate, double beta1)
    {
        Action create = () => _ = new FedAdam(learningRate, beta1);

        create.Should().Throw<ArgumentOutOfRangeException>();
    }
}
