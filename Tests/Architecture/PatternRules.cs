using System.Text.RegularExpressions;

namespace FedActors.Tests.Architecture;

/// <summary>The rules about what a line may say.</summary>
internal static class PatternRules
{
    private static readonly string[] PureCore =
        ["Aggregation", "Compression", "Configuration", "Data", "Models", "Numerics", "Privacy", "Rounds", "Strategies", "Topologies", "Training"];

    /// <summary>What runs for each message, frame, parameter or example.</summary>
    private static readonly string[] HotPaths =
    [
        "Actors/Cells/ActorCell.cs", "Actors/Cells/ActorCell.Draining.cs", "Actors/Cells/DrainLoop.cs", "Actors/Mailboxes/", "Actors/Refs/", "Actors/Remoting/Frames/",
        "Actors/Remoting/Link.cs", "Actors/Remoting/LinkSender.cs", "Actors/Remoting/LinkReceiver.cs", "Actors/Remoting/StreamAssembly.cs",
        "Actors/Serialization/MessagePack", "Crdt/", "FL/Aggregation/", "FL/Numerics/", "FL/Training/LocalTrainer.cs", "FL/Training/SoftmaxRow.cs",
        "FL/Training/LossSum.cs", "FL/Training/LocalOptimizer.cs", "FL/Training/Networks/",
    ];

    public static IReadOnlyList<PatternRule> All { get; } = [.. Layers(), .. Asynchrony(), .. State(), .. HotPath(), .. Text(), .. Tests()];

    private static IEnumerable<PatternRule> Layers() =>
    [
        new()
        {
            Name = "FL's pure core knows no actors, stores or sockets",
            Why = "FL's pure core never mentions actors, stores or sockets: move this to FL/Roles or FL/Protocol",
            Forbidden = Pattern(@"\b(FedActors\.)?(Actors|Storage)\.\w|\bFedActors\.(Actors|Storage|Crdt)\b|\bMicrosoft\.Data\.Sqlite\b|\bSystem\.Net\b"),
            For = file => PureCore.Any(folder => In(file, $"FL/{folder}/")),
            Path = "FL/Rounds/RoundMachine.cs",
            Bad = "using FedActors.Actors;",
            Good = "// Told by FedActors.Actors.\nusing FedActors.FL.Models;",
        },
        new()
        {
            Name = "FL's gossip machines know replicated data, and no actors, stores or sockets",
            Why = "the machines of gossip mode are pure: move this to FL/Roles or FL/Protocol",
            Forbidden = Pattern(@"\b(FedActors\.)?(Actors|Storage)\.\w|\bFedActors\.(Actors|Storage)\b|\bMicrosoft\.Data\.Sqlite\b|\bSystem\.(Net|IO)\b|\bTimeProvider\b|\bILogger\b|\bTask\b"),
            For = file => In(file, "FL/Gossip/"),
            Path = "FL/Gossip/Learning/LearningMachine.cs",
            Bad = "using FedActors.Actors.Remoting;",
            Good = "// Told by FedActors.Actors.\nusing FedActors.Crdt;",
        },
        new()
        {
            Name = "only FL's roles know stores",
            Why = "in FL only the roles join actors with stores: move this to FL/Roles",
            Forbidden = Pattern(@"\bFedActors\.Storage\b|\bMicrosoft\.Data\.Sqlite\b"),
            For = file => In(file, "FL/") && !In(file, "FL/Roles/"),
            Path = "FL/Protocol/Training.cs",
            Bad = "using FedActors.Storage.Training;",
            Good = "using FedActors.Actors.Serialization;",
        },
        new()
        {
            Name = "Crdt is the base class library without input, output, clock or log",
            Why = "Crdt has no I/O, no clock and no logger: pass values in",
            Forbidden = Pattern(@"\bSystem\.(IO|Net|Console)\b|\bTimeProvider\b|\bILogger\b|\bMicrosoft\.|\bFile\.|\bStream\b"),
            For = file => In(file, "Crdt/"),
            Path = "Crdt/LwwMap.cs",
            Bad = "public LwwMap(TimeProvider time) { }",
            Good = "public LwwMap(ReplicaId replica) { }",
        },
        new()
        {
            Name = "hosting, configuration and console only under Scripts",
            Why = "hosting, configuration, environment and console belong under Scripts: take an options record instead",
            Forbidden = Pattern(
                @"\bMicrosoft\.(AspNetCore|Extensions\.(Hosting|Configuration|DependencyInjection|Options))\b|\bSpectre\.Console\b|\bSystem\.CommandLine\b|\bConsole\.\w|\bEnvironment\.(GetEnvironmentVariable|Exit|GetCommandLineArgs)\b"),
            For = file => !file.IsProgram && !file.IsTest,
            Path = "Actors/ActorSystem.cs",
            Bad = "Console.WriteLine(path);",
            Good = "log.Started(path); // Console.WriteLine",
        },
    ];

    private static IEnumerable<PatternRule> Asynchrony() =>
    [
        new()
        {
            Name = "a stop waits for room",
            Why = "told to a full mailbox it is a dead letter, and who told it waits for an end that never comes: await TellAsync",
            Forbidden = Pattern(@"\.Tell\(\s*new\s+Stop(Run|Peer)\b"),
            For = file => In(file, "FL/") || In(file, "Scripts/"),
            Path = "FL/Roles/Runs/CoordinatedRun.cs",
            Bad = "provider.Tell(new StopRun(reason));",
            Good = "await provider.TellAsync(new StopRun(reason));",
        },
        new()
        {
            Name = "no async void",
            Why = "nobody can await or catch an async void: return a Task",
            Forbidden = Pattern(@"\basync\s+void\b"),
            For = _ => true,
            Path = "Actors/ActorSystem.cs",
            Bad = "private async void Loop() { }",
            Good = "private async Task LoopAsync() { }",
        },
        new()
        {
            Name = "no blocking on a task",
            Why = "blocking on a task holds a thread and can deadlock: await it",
            Forbidden = Pattern(@"\.GetAwaiter\(\)\s*\.GetResult\(\)|\.Result\s*[;,.)\]]|[Tt]ask\w*\.Wait\(\)"),
            For = file => !AllowedTo.Block.Contains(file.Path),
            Path = "FL/Roles/Provider.cs",
            Bad = "int n = CountAsync().Result;",
            Good = "int n = await CountAsync(); Result = n;",
        },
        new()
        {
            Name = "no empty catch",
            Why = "an exception vanishes here: handle it, or say in a comment why nothing is right",
            Forbidden = Pattern(@"\bcatch\s*(\([^)]*\)\s*)?(when\s*\([^{]*\)\s*)?\{\s*\}"),
            For = _ => true,
            Reads = file => file.CodeAndComments,
            Path = "Storage/SqliteStore.cs",
            Bad = "try { F(); }\ncatch (IOException)\n{\n}",
            Good = "try { F(); }\ncatch (IOException)\n{\n    // The other side has gone; its absence is the answer.\n}",
        },
        new()
        {
            Name = "no catch of everything",
            Why = "only the drain loop and a process's edge catch everything: name the exception, rethrow it, or let the actor fail",
            Forbidden = Pattern(@"\bcatch\s*(\(\s*(System\.)?Exception\b[^)]*\)\s*)?\{(?![^{}]*\bthrow;\s*\})"),
            For = file => !file.IsTest && !AllowedTo.CatchEverything.Contains(file.Path),
            Path = "FL/Roles/Worker.cs",
            Bad = "try { F(); } catch (Exception e) { log.Failed(e); }",
            Good = "try { F(); } catch (StoreException e) { log.Failed(e); } catch { file.Dispose(); throw; }",
        },
        new()
        {
            Name = "no choice between a task and a delay",
            Why = "a delay that is given up tells its WhenAny on the thread pool, and a simulated node would leave its thread: await EndOrLimitAsync, or WaitAsync itself",
            Forbidden = Pattern(@"\bWhenAny\s*\([^;]*\bTask\s*\.\s*Delay\s*\("),
            For = file => In(file, "Actors/") || In(file, "FL/"),
            Path = "Actors/Remoting/HandshakeRoom.cs",
            Bad = "await Task.WhenAny(left, Task.Delay(remaining, time, token));",
            Good = "await left.EndOrLimitAsync(remaining, time, token);\nawait Task.WhenAny(left, right);\nawait Task.Delay(pause, time, token);",
        },
        new()
        {
            Name = "no wait for a task that may tell of its end elsewhere",
            Why = "a task whose continuations are to run elsewhere tells Task.WaitAsync on the thread pool, and a simulated node would leave its thread: await EndAsync or EndOrLimitAsync",
            Forbidden = Pattern(@"(?<!\b_(pace|readable|signal|writable|writing))\.WaitAsync\s*\("),
            For = file => In(file, "Actors/") && file.Path != "Actors/Remoting/LimitedWait.cs",
            Path = "Actors/ActorSystem.cs",
            Bad = "await _root.Ended.WaitAsync(limit, time);",
            Good = "await _root.Ended.EndOrLimitAsync(limit, time, token);\nawait _signal.WaitAsync();\nawait WaitAsync(left);",
        },
        new()
        {
            Name = "no cancelling on the thread pool",
            Why = "CancelAsync calls back on the thread pool, and a simulated node would leave its thread: call Cancel, under no lock",
            Forbidden = Pattern(@"\.CancelAsync\s*\("),
            For = file => In(file, "Actors/") || In(file, "FL/"),
            Path = "Actors/Remoting/NodeListener.cs",
            Bad = "await _closing.CancelAsync();",
            Good = "_closing.Cancel();",
        },
        new()
        {
            Name = "no last word of TLS",
            Why = "while another thread reads, it damages the session's memory: end the socket's direction without it (docs/adr/0044)",
            Forbidden = Pattern(@"\.ShutdownAsync\s*\("),
            For = file => file.Path != "Actors/Transport/Tls/TlsHandshake.cs",
            Path = "Actors/Transport/Tcp/SocketConnection.cs",
            Bad = "await _ssl.ShutdownAsync();",
            Good = "socket.Shutdown(SocketShutdown.Send);",
        },
    ];

    private static IEnumerable<PatternRule> State() =>
    [
        new()
        {
            Name = "no mutable static field",
            Why = "static state is shared by every system in the process: make it readonly or an instance's",
            Forbidden = Pattern(
                @"^[ \t]*(\[[^\]\n]*\][ \t]*)*((public|private|internal|protected|new|volatile)[ \t]+)*static[ \t]+(?!readonly\b|class\b|partial\b|extern\b|abstract\b|virtual\b|async\b)(\([^()\n]*\)[?\[\]]*|[\w<>\[\],.? \t]+?)[ \t]\w+[ \t]*(=(?![>=])|;)"),
            For = _ => true,
            Path = "Actors/ActorSystem.cs",
            Bad = "    private static int _count;",
            Good = "    private static readonly int Limit = 5;\n    private static int Next(int i) => i + 1;\n    private static int Half => 2;",
        },
        new()
        {
            Name = "no settable static property",
            Why = "static state is shared by every system in the process: drop the setter",
            Forbidden = Pattern(@"\bstatic\b[^;={}()\n]*\{[^{}]*\bset\b"),
            For = _ => true,
            Path = "Actors/ActorSystem.cs",
            Bad = "    public static int Count { get; private set; }",
            Good = "    public static int Limit { get; } = 5;",
        },
        new()
        {
            Name = "no static collection that can change",
            Why = "a static collection is shared by every system in the process: make it an array, frozen, or an instance's",
            Forbidden = Pattern(
                @"\bstatic\b[^;=(){}\n]*\b(Dictionary|ConcurrentDictionary|List|HashSet|Queue|ConcurrentQueue|ConcurrentBag|Stack|SortedDictionary|ConditionalWeakTable|ThreadLocal|AsyncLocal)<[^(){}\n]*(=(?!>)|;)|\[ThreadStatic\]"),
            For = _ => true,
            Path = "Actors/ActorSystem.cs",
            Bad = "    private static readonly ConcurrentDictionary<string, ActorRef> Refs = new();",
            Good = "    private static readonly FrozenSet<string> Names = Build();\n    private static List<int> Copy() => [];",
        },
    ];

    private static IEnumerable<PatternRule> HotPath() =>
    [
        new()
        {
            Name = "no LINQ on hot paths",
            Why = "LINQ allocates for each message or parameter here: write the loop",
            Forbidden = Pattern(@"(?<!\b(Math|MathF|TensorPrimitives|Vector\d*|Lanes))\.(Select|SelectMany|Where|Any|All|Sum|ToList|ToDictionary|OrderBy|GroupBy|First|Last|Single|Concat|Distinct|Aggregate)(OrDefault)?\("),
            For = file => HotPaths.Any(path => In(file, path)),
            Path = "FL/Aggregation/FederatedAverage.cs",
            Bad = "double total = weights.Sum();",
            Good = "double total = Lanes.Sum(weights); // weights.Sum()",
        },
    ];

    private static IEnumerable<PatternRule> Text() =>
    [
        new()
        {
            Name = "no unfinished work in comments",
            Why = "finish it, or file it",
            Forbidden = Pattern(@"\b(TODO|FIXME|HACK|XXX)\b"),
            For = file => !In(file, "Tests/Architecture/"),
            Reads = file => file.Text,
            Path = "FL/Roles/Worker.cs",
            Bad = "// TODO: retry",
            Good = "// Retries come from the provider.",
        },
        new()
        {
            Name = "a disabled warning says why",
            Why = "give the reason on the same line, after //",
            Forbidden = Pattern(@"#pragma\s+warning\s+disable(?![^\n]*//\s*\w)"),
            For = _ => true,
            Reads = file => file.CodeAndComments,
            Path = "FL/Roles/Worker.cs",
            Bad = "#pragma warning disable RS0030",
            Good = "#pragma warning disable RS0030 // The one place that makes the clock.",
        },
        new()
        {
            Name = "no path of one machine",
            Why = "this path exists on somebody's machine only: make it relative",
            Forbidden = Pattern(@"(?<![\w./:$}-])/(home|Users|work)/\w"),
            For = file => !In(file, "Tests/Architecture/"),
            Reads = file => file.Text,
            Path = "Tests/FL/DataTests.cs",
            Bad = "string path = \"/home/me/data.npz\";",
            Good = "string path = Repository.PathOf(\"data/landsat/landsat.npz\");",
        },
        new()
        {
            Name = "names say what a thing is",
            Why = "Manager, Helper, Util, Service and Info say nothing: name the concept",
            Forbidden = Pattern(@"\b(class|record|struct|interface|enum)\s+\w*(Manager|Helpers?|Utils?|Utility|Utilities|Service|Info)\b"),
            For = _ => true,
            Path = "FL/Roles/RoundManager.cs",
            Bad = "public sealed class RoundManager { }",
            Good = "public sealed class RoundMachine { }",
        },
    ];

    private static IEnumerable<PatternRule> Tests() =>
    [
        new()
        {
            Name = "no sleeping in tests",
            Why = "a sleeping test is slow or flaky: advance a ManualTimeProvider or await the effect",
            Forbidden = Pattern(@"\bThread\s*\.\s*Sleep\b|\bTask\s*\.\s*Delay\b"),
            For = file => file.IsTest && !AllowedTo.Sleep.Contains(file.Path),
            Path = "Tests/Actors/MailboxTests.cs",
            Bad = "await Task.Delay(100);",
            Good = "clock.Advance(TimeSpan.FromMilliseconds(100));",
        },
        new()
        {
            Name = "tests are named Subject_Condition_Outcome",
            Why = "name the test Subject_Condition_Outcome",
            Forbidden = Pattern(@"\[[^\]\n]*\b(Fact|Theory|OutsideProgramFact|OutsideProgramTheory)\b[^\]]*\](\s*\[[^\n]*\])*\s*public\s+(static\s+)?(async\s+)?(void|Task|ValueTask)\s+(?!\w+_\w+_\w+)\w+"),
            For = file => file.IsTest,
            Path = "Tests/Actors/MailboxTests.cs",
            Bad = "[Fact]\npublic void Overflow() { }",
            Good = "[Theory]\n[InlineData(1)]\npublic async Task Mailbox_Full_DropsOldest(int n) { }",
        },
    ];

    private static Regex Pattern(string pattern) => new(pattern, RegexOptions.Multiline | RegexOptions.CultureInvariant);

    private static bool In(SourceFile file, string folder) => file.Path.StartsWith(folder, StringComparison.Ordinal);
}
