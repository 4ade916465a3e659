namespace FedActors.Tests.Architecture;

public sealed class CSharpBlankerTests
{
    [Theory]
    [InlineData("a // b", "a     ")]
    [InlineData("a /* b\nc */ d", "a     \n     d")]
    [InlineData("x = \"a\\\"b\" + c", "x =        + c")]
    [InlineData("x = @\"a\\\" + c", "x =       + c")]
    [InlineData("x = @\"a\"\"b\" + c", "x =         + c")]
    [InlineData("x = '\"' + c", "x =     + c")]
    [InlineData("x = $\"a{b.C}d\" + e", "x =     b.C    + e")]
    [InlineData("x = $\"{{a}}{(b ? \"c\" : \"d\")}\" + e", "x =         (b ?     :    )   + e")]
    [InlineData("x = \"\" + c", "x =    + c")]
    [InlineData("x = \"\"\"a \"b\" {c}\"\"\" + d", "x =                 + d")]
    [InlineData("x = $$\"\"\"{a} {{b}} c\"\"\" + d", "x =            b        + d")]
    public void Blank_LiteralsAndComments_LeaveOnlyCodeInItsPlace(string text, string expected)
    {
        string blank = CSharpBlanker.Blank(text);

        blank.Should().HaveLength(text.Length);
        blank.Should().Be(expected);
    }

    [Fact]
    public void Blank_KeepingComments_BlanksLiteralsOnly() =>
        CSharpBlanker.Blank("f(\"TODO\"); // why", keepComments: true).Should().Be("f(      ); // why");
}
