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
    [InlineData("mlp:60000,60000", 5, 3, "*parameters*")]
    [InlineData("mlp:", 5, 3, "*'mlp:'*mlp:SIZE*")]
    [InlineData("mlp:0", 5, 3, "*'mlp:0'*")]
    [InlineData("mlp:016", 5, 3, "*'mlp:016'*")]
    [InlineData("mlp:1,2,3,4,5,6,7,8,9", 5, 3, "*is not known*")]
    [InlineData("cnn:28x28", 784, 10, "*is not known*cnn:HEIGHTxWIDTHxCHANNELS*")]
    [InlineData("cnn", 785, 10, "*28 x 28 x 1*784 features, not 785*")]
    [InlineData("cnn:16x20x3", 784, 10, "*16 x 20 x 3*960 features, not 784*")]
    [InlineData("cnn", 64, 10, "*at least 16 x 16, not 8 x 8*")]
    public void Constructor_ImpossibleModel_IsRefusedByName(string kind, int features, int classes, string text)
    {
        FluentActions.Invoking(() => new ModelSpecification(kind, features, classes)).Should().Throw<ArgumentException>().WithMessage(text);
    }

    [Theory]
    [InlineData("softmax", "softmax", "W[784,10] b[10]")]
    [InlineData("mlp", "mlp:128", "W1[784,128] b1[128] W2[128,10] b2[10]")]
    [InlineData("mlp:20,30", "mlp:20,30", "W1[784,20] b1[20] W2[20,30] b2[30] W3[30,10] b3[10]")]
    [InlineData("cnn", "cnn:28x28x1", "W1[5,5,1,16] b1[16] W2[5,5,16,32] b2[32] W3[512,128] b3[128] W4[128,10] b4[10]")]
    public void Constructor_KnownKind_HasItsLayersAndOneName(string kind, string name, string layout)
    {
        ModelSpecification model = new(kind, 784, 10);

        model.Kind.Should().Be(name);
        model.Layout.ToString().Should().Be(layout);
        model.Should().Be(new ModelSpecification(name, 784, 10));
    }

    [Fact]
    public void Draw_EachLayer_HasHeScaleAndAStreamOfItsOwn()
    {
        ParameterVector narrow = InitialParameters.Draw(new ModelSpecification("mlp:200,50", 300, 10), 42);
        ParameterVector wide = InitialParameters.Draw(new ModelSpecification("mlp:100,200,50", 300, 10), 42);

        narrow.Tensor(0).ToArray().Average(w => (double)w * w).Should().BeApproximately(2.0 / 300, 0.0002);
        narrow.Tensor(2).ToArray().Average(w => (double)w * w).Should().BeApproximately(2.0 / 200, 0.0005);
        wide.Tensor(0)[..100].ToArray().Should().Equal(narrow.Tensor(0)[..100].ToArray(), "a layer's stream does not depend on other layers");
        narrow.Tensor(2)[..5].ToArray().Should().NotEqual(narrow.Tensor(0)[..5].ToArray());
        narrow.Tensor(3).ToArray().Should().OnlyContain(b => b == 0);
    }

    [Fact]
    public void Initialise_SameSeed_SameBitsWithHeScale()
    {
        ModelSpecification specification = new(ModelSpecification.Softmax, 200, 50);

        ParameterVector first = InitialParameters.Draw(specification, 42);

        first.Hash().Should().Be(InitialParameters.Draw(specification, 42).Hash()).And.NotBe(InitialParameters.Draw(specification, 43).Hash());
        first.Tensor(0).ToArray().Average(w => (double)w * w).Should().BeApproximately(0.01, 0.0007);
        first.Tensor(1).ToArray().Should().OnlyContain(b => b == 0);
    }
}
