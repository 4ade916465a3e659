using FedActors.FL.Strategies;

namespace FedActors.Tests.FL.Strategies;

public sealed class SiteVectorsTests
{
    private static readonly SiteVectors Two = SiteVectors.Empty.With([new("B", new float[] { 1, -2, 3 }, 7), new("Å", new float[] { float.Epsilon, 0, 5 })]);

    [Fact]
    public void FromBytes_WhatToBytesWrote_IsTheSame()
    {
        SiteVectors read = SiteVectors.FromBytes(Two.ToBytes(), 3);

        read.All.Select(vector => vector.Site).Should().Equal("B", "Å");
        read.Find("B")!.Values.ToArray().Should().Equal(1, -2, 3);
        read.Find("B")!.Weight.Should().Be(7);
        read.Find("Å")!.Values.ToArray().Should().Equal(float.Epsilon, 0, 5);
        read.Find("C").Should().BeNull();
    }

    [Fact]
    public void FromBytes_CutOrLongerOrOfAnotherModel_IsRefused()
    {
        byte[] bytes = Two.ToBytes();
        for (int length = 0; length < bytes.Length; length++)
        {
            FluentActions.Invoking(() => SiteVectors.FromBytes(bytes.AsMemory(0, length), 3)).Should().Throw<ArgumentException>("{0} bytes", length);
        }

        FluentActions.Invoking(() => SiteVectors.FromBytes((byte[])[.. bytes, 0], 3)).Should().Throw<ArgumentException>().WithMessage("*1 bytes follow*");
        FluentActions.Invoking(() => SiteVectors.FromBytes(bytes, 4)).Should().Throw<ArgumentException>();
    }

    /// <summary>A negative length is none of the reader's usual complaints, and ended the provider.</summary>
    [Fact]
    public void FromBytes_NameOfANegativeLength_IsRefused()
    {
        byte[] bytes = Two.ToBytes();
        byte[] damaged = [.. bytes[..4], 0xF8, 0xFF, 0xFF, 0xFF, 0x0F, .. bytes[5..]];

        FluentActions.Invoking(() => SiteVectors.FromBytes(damaged, 3)).Should().Throw<ArgumentException>().WithMessage("*damaged*");
    }

    [Fact]
    public void With_AnotherVectorOfASite_ReplacesItAndLeavesTheFormerAlone()
    {
        SiteVectors next = Two.With([new("B", new float[] { 9, 9, 9 })]);

        next.Count.Should().Be(2);
        next.Find("B")!.Values.ToArray().Should().Equal(9, 9, 9);
        Two.Find("B")!.Values.ToArray().Should().Equal(1, -2, 3);
    }

    [Fact]
    public void FindFault_MoreThanACellHolds_SaysHowMuchAndWhatToDo()
    {
        SiteVectors.FindFault(225, 1_000_000, "scaffold").Should().BeNull();
        SiteVectors.FindFault(226, 1_000_000, "scaffold").Should().Contain("226 sites").And.Contain("1000000 parameters").And.Contain("take fewer sites or another strategy");
    }
}
