using FedActors.Scripts.Measuring;

namespace FedActors.Tests.Scripts.Measuring;

/// <summary>The runtime's rules, as far as they are this program's affair: a variable goes before a setting, and without either it profiles.</summary>
public sealed class CompilerProfilingTests
{
    [Theory]
    [InlineData(null, null, null, true)]
    [InlineData(null, false, null, false)]
    [InlineData("1", false, null, true)]
    [InlineData("0", null, null, false)]
    [InlineData("0", true, null, false)]
    [InlineData("10", false, null, true)]
    [InlineData("yes", false, null, false)]
    [InlineData("1", true, "0", false)]
    public void IsOn_VariablesAndSettings_TheVariableGoesFirst(string? profiling, bool? setting, string? tiers, bool on) =>
        CompilerProfiling.IsOnBy(
            name => name == CompilerProfiling.Variable ? profiling : name == "DOTNET_TieredCompilation" ? tiers : null,
            name => name == "System.Runtime.TieredPGO" ? setting : null).Should().Be(on);
}
