using FedActors.Scripts.Measuring.Hostile;

namespace FedActors.Tests.Scripts.Measuring.Hostile;

public sealed class ProcessorSharesTests
{
    [Theory]
    [InlineData(0b11, 0b01, 0b10)]
    [InlineData(0b1010_1000, 0b0000_1000, 0b1010_0000)]
    [InlineData(0b1111, 0b0011, 0b1100)]
    public void Split_Processors_GivesTheLowerHalfToTheNodesAndTheRestToAttackers(ulong all, ulong nodes, ulong attackers) =>
        ProcessorShares.Split(all).Should().Be(new ProcessorShares(nodes, attackers));

    [Theory]
    [InlineData(0)]
    [InlineData(0b100)]
    public void Split_FewerThanTwo_IsNothing(ulong all) => ProcessorShares.Split(all).Should().BeNull();
}
