using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using FedActors.Actors;
using FedActors.Actors.Mailboxes;
using FedActors.Actors.Remoting;
using FedActors.Actors.Serialization;
using FedActors.Actors.Transport.Memory;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Guide;

/// <summary>What docs/actors.md says in words and figures. Its samples are checked with those of all pages.</summary>
public sealed class GuideTests
{
    private static readonly object[] Defaults =
        [MailboxOptions.Default, RemotingLimits.Default, new RemotingOptions { Transport = new MemoryTransport(), Registry = MessageRegistry.Empty }, new ActorSystemOptions()];

    private readonly string _page = RepositoryFiles.Read("docs/actors.md");

    [Fact]
    public void Limits_EachInTheTable_IsTheDefault()
    {
        MatchCollection rows = Regex.Matches(_page, @"^\| `(?<type>\w+)\.(?<property>\w+)` \| (?<value>[^|]+) \|", RegexOptions.Multiline);

        rows.Count.Should().Be(11);
        rows.Select(row => $"{row.Groups["property"].Value} {row.Groups["value"].Value}")
            .Should().Equal(rows.Select(row => $"{row.Groups["property"].Value} {Default(row.Groups["type"].Value, row.Groups["property"].Value)}"));
    }

    [Fact]
    public void Delays_OfTheDefaultStrategy_AreThoseOfTheText()
    {
        _page.Should().Contain("after 0.2 s and up to 30 s, and escalates the sixth failure within a minute");
        var strategy = Props.FromBehaviour((_, _) => ValueTask.CompletedTask).Supervisor;

        (strategy.MinBackoff, strategy.MaxBackoff, strategy.MaxRestarts, strategy.Window)
            .Should().Be((TimeSpan.FromSeconds(0.2), TimeSpan.FromSeconds(30), 5, TimeSpan.FromMinutes(1)));
    }

    private static string Default(string type, string property)
    {
        object options = Defaults.Single(candidate => candidate.GetType().Name == type);
        return options.GetType().GetProperty(property, BindingFlags.Public | BindingFlags.Instance)!.GetValue(options) switch
        {
            TimeSpan time => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.###} s"),
            IConvertible bytes when property.EndsWith("Bytes", StringComparison.Ordinal) => $"{bytes.ToInt64(CultureInfo.InvariantCulture) / (1024 * 1024)} MiB",
            int count => count.ToString("N0", CultureInfo.InvariantCulture),
            var other => throw new InvalidOperationException($"{type}.{property} is {other}: say how it is written."),
        };
    }
}
