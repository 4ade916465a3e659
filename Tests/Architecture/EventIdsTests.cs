namespace FedActors.Tests.Architecture;

public sealed class EventIdsTests
{
    [Fact]
    public void SourceTree_EveryLogMessage_HasItsOwnId() =>
        EventIds.Check(SourceFile.All()).Select(violation => violation.ToString()).Should().BeEmpty();

    [Fact]
    public void EventIds_TakenTwice_NamesBothPlaces()
    {
        SourceFile a = new("A/Log.cs", "[LoggerMessage(1, LogLevel.Debug, \"a\")]\n");
        SourceFile b = new("B/Log.cs", "\n[LoggerMessage(EventId = 1, Level = LogLevel.Debug)]\n[LoggerMessage(2, LogLevel.Debug)]");

        EventIds.Check([a, b]).Select(violation => violation.ToString()).Should().Equal("B/Log.cs:2: event id 1 is taken by A/Log.cs:1");
    }
}
