namespace FedActors.Tests.Architecture;

public sealed class TypePlacementTests
{
    [Fact]
    public void SourceTree_EveryFile_HoldsOneConcept() =>
        SourceFile.All().SelectMany(TypePlacement.Check).Select(violation => violation.ToString()).Should().BeEmpty();

    [Theory]
    [InlineData("namespace A;\n\npublic sealed class Other { }", "A/Thing.cs:3: no type here is named Thing: name the file after Other, or move that")]
    [InlineData("namespace A;\npublic enum Kind { A }\npublic record Part;", "A/Thing.cs:2: no type here is named Thing: name the file after Kind, or move that")]
    [InlineData("namespace A;\npublic class Thing { }\ninternal struct Rest { }", "A/Thing.cs:3: Rest is a second class, struct or interface: give it a file of its own")]
    [InlineData("public interface Thing\n{\n}\npublic static class More\n{\n}", "A/Thing.cs:4: More is a second class, struct or interface: give it a file of its own")]
    public void TypePlacement_SecondConcept_IsNamedWithItsLine(string text, string violation) =>
        TypePlacement.Check(new SourceFile("A/Thing.cs", text)).Select(found => found.ToString()).Should().Equal(violation);

    [Theory]
    [InlineData("A/Thing.cs", "public interface Thing { void F(); }\npublic sealed record Part(int N);\npublic enum Kind { A }")]
    [InlineData("A/Thing.cs", "public class Thing { private sealed class Inner { } }\nfile sealed class Local { }")]
    [InlineData("A/Thing.cs", "public class Thing { }\npublic class Thing<T> where T : class { }")]
    [InlineData("A/Thing.cs", "public delegate ValueTask Thing(ActorContext context, object message);")]
    [InlineData("A/Thing.cs", "public enum Kind { A }\npublic class Thing { }")]
    [InlineData("A/Things.cs", "public sealed record Began(int N);\npublic sealed record Ended(int N);")]
    [InlineData("A/Thing.Log.cs", "internal static partial class Thing { }")]
    [InlineData("A/Program.cs", "return 0;")]
    [InlineData("FL/Protocol/Registration.cs", "public sealed class RegisterWorker { }\npublic sealed class Registered { }")]
    public void TypePlacement_OneConcept_HasNoViolation(string path, string text) =>
        TypePlacement.Check(new SourceFile(path, text)).Should().BeEmpty();
}
