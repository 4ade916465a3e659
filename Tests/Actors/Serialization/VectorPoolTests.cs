using FedActors.Actors.Serialization;

namespace FedActors.Tests.Actors.Serialization;

public sealed class VectorPoolTests
{
    private readonly VectorPool _pool = new(maxBytes: 4000);

    [Fact]
    public void Rent_OfTheSizeThatWasReturned_GivesTheSameMemory()
    {
        float[] vector = _pool.Rent(100);
        _pool.Return(vector);

        _pool.Rent(80).Should().BeSameAs(vector, "a fifth of it is left unused");
        _pool.Rent(80).Should().NotBeSameAs(vector, "it is in use");
    }

    [Theory]
    [InlineData(101)]
    [InlineData(74)]
    public void Rent_OfAnotherSize_GivesOtherMemory(int length)
    {
        float[] vector = _pool.Rent(100);
        _pool.Return(vector);

        _pool.Rent(length).Length.Should().Be(length);
    }

    [Fact]
    public void Spare_OnlyOfWhatWasGivenBack_IsHad()
    {
        _pool.TryRentSpare(100).Should().BeNull();
        float[] vector = _pool.Rent(100);
        _pool.Return(vector);

        _pool.TryRentSpare(100).Should().BeSameAs(vector);
        _pool.TryRentSpare(100).Should().BeNull();
    }

    [Fact]
    public void Return_BeyondTheBound_ForgetsWhatCameFirst()
    {
        float[][] vectors = [.. Enumerable.Range(0, 3).Select(_ => new float[400])];
        foreach (float[] vector in vectors)
        {
            _pool.Return(vector);
        }

        _pool.Rent(400).Should().BeSameAs(vectors[2]);
        _pool.Rent(400).Should().BeSameAs(vectors[1]);
        _pool.Rent(400).Should().NotBeSameAs(vectors[0]);
    }

    [Fact]
    public void Return_OfMoreThanTheBound_KeepsNothing()
    {
        float[] vector = new float[1001];
        _pool.Return(vector);

        _pool.Rent(1001).Should().NotBeSameAs(vector);
    }
}
