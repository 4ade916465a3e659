using System.Text;
using FedActors.Scripts.Configuration;

namespace FedActors.Tests.Scripts.Configuration;

public sealed class ConfigFileTests
{
    public static TheoryData<byte[]> NoUnicode =>
    [
        Encoding.Latin1.GetBytes("{\n\"Data\": {\"Source\": \"Zürich\"}}"),
        Encoding.Latin1.GetBytes("{\n\"Größe\": 1}"),
        Encoding.ASCII.GetBytes("{\"Seed\": 1,\n\n\"Data\": {\"Source\": \"\\ud800\"}}"),
    ];

    /// <summary>The parser of texts throws another exception for these than for what is no JSON, and ended the program.</summary>
    [Theory]
    [MemberData(nameof(NoUnicode))]
    public void Parse_TextThatIsNoUnicode_IsAFaultWithItsLine(byte[] bytes)
    {
        List<ConfigFault> faults = [];

        ConfigFile.Parse(bytes, "fed.json", ConfigVocabulary.Federation, [], faults);

        faults.Should().ContainSingle().Which.ToString().Should().MatchRegex("^fed.json \\(fed.json:[23]\\): the text is no Unicode: save the file as UTF-8$");
    }
}
