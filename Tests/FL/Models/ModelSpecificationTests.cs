using FedActors.FL.Models;

namespace FedActors.Tests.FL.Models;

public sealed class ModelSpecificationTests
{
    [Fact]
    public void DescribeMismatch_FieldsDiffer_NamesEachWithBothValues()
    {
        ModelSpecification expected = new(ModelSpecification.Softmax, 512, 10);

        expected.DescribeMismatch(new(ModelSpecification.Softmax, 36, 7))
            .Should().Be("features: 512 expected, 36 found; classes: 10 expected, 7 found");
        expected.DescribeMismatch(new(ModelSpecification.Softmax, 512, 10)).Should().BeNull();
    }

    [Fact]
    public void Equality_SameFields_IsEqual()
    {
        new ModelSpecification(ModelSpecification.Softmax, 5, 3).Should().Be(new ModelSpecification(ModelSpecification.Softmax, 5, 3))
            .And.NotBe(new ModelSpecification(ModelSpecification.Softmax, 5, 4));
    }

    [Theory]
    [InlineData("tree", 5, 3, "*'tree'*")]
    [InlineData("softmax", 0, 3, "*features, not 0*")]
    [InlineData("softmax", 5, 1, "*classes, not 1*")]
    [InlineData("softmax", 1_000_000, 4096, "*parameters*")]
    public void Constructor_ImpossibleModel_IsRefusedByName(string kind, int features, int classes, string text)
    {
        FluentActions.Invoking(() => new ModelSpecification(kind, features, classes)).Should().Throw<ArgumentException>().WithMessage(text);
    }

    [Fact]
    public void Initialise_SameSeed_SameBitsWithHeScale()
    {
        ModelSpecification specification = new(ModelSpecification.Softmax, 200, 50);

        ParameterVector first = SoftmaxRegression.Initialise(specification, 42);

        first.Hash().Should().Be(SoftmaxRegression.Initialise(specification, 42).Hash()).And.NotBe(SoftmaxRegression.Initialise(specification, 43).Hash());
        first.Tensor(0).ToArray().Average(w => (double)w * w).Should().BeApproximately(0.01, 0.0007);
        first.Tensor(1).ToArray().Should().OnlyContain(b => b == 0);
    }
}
