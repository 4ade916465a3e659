using FedActors.Tests.TestKit;

namespace FedActors.Tests.Architecture;

public sealed class LauncherScriptTests
{
    private const string Good = "param([ValidateRange(1, 9)][int]$Rounds)\n# for each\n$given = @()\nif ($Rounds) { $given += '--rounds', $Rounds }\ndotnet run '--' up coordinated @given\nexit $LASTEXITCODE\n";

    public static TheoryData<string> Scripts => [.. Repository.Files(".ps1")];

    [Theory]
    [MemberData(nameof(Scripts))]
    public void Script_OfThisTree_ChecksAndCallsOnce(string path) =>
        LauncherScript.Check(path, Read(path)).Select(violation => violation.ToString()).Should().BeEmpty();

    [Theory]
    [MemberData(nameof(Scripts))]
    public void Script_OfThisTree_HasAShellTwin(string path) => File.Exists(Repository.PathOf(Path.ChangeExtension(path, ".sh"))).Should().BeTrue();

    [Theory]
    [MemberData(nameof(Scripts))]
    public async Task Script_EveryOptionThatItPasses_IsOneOfTheCommand(string path)
    {
        string command = LauncherScript.Command(Read(path));
        CommandLineRun help = await CommandLineRun.Of([.. command.Split(' '), "--help"]);

        LauncherScript.Options(Read(path)).Should().NotBeEmpty().And.OnlyContain(option => help.Out.Contains($" {option} ") || help.Out.Contains($" {option}\n"));
    }

    [Fact]
    public void Check_ThinScript_HasNoViolation() => LauncherScript.Check("a.ps1", Good).Should().BeEmpty();

    [Theory]
    [InlineData("foreach ($w in $Workers) { }\n", "'foreach' is logic: it belongs into the command")]
    [InlineData("Start-Sleep 3\n", "'Start-Sleep' is logic: it belongs into the command")]
    [InlineData("dotnet build\n", "calls the command 2 times; once is what a script is for")]
    public void Check_Logic_IsNamedWithItsLine(string line, string why) =>
        LauncherScript.Check("a.ps1", line + Good).Should().ContainSingle().Which.Why.Should().Be(why);

    [Fact]
    public void Check_ExitCodeLost_IsNamed() =>
        LauncherScript.Check("a.ps1", Good.Replace("exit $LASTEXITCODE\n", "")).Select(violation => violation.ToString()).Should()
            .Equal("a.ps1:5: must end with 'exit $LASTEXITCODE', or the command's failure is lost");

    private static string Read(string path) => File.ReadAllText(Repository.PathOf(path));
}
