using System.Text.Json;
using FedActors.Scripts.Configuration;
using FedActors.Tests.TestKit;

namespace FedActors.Tests.Scripts.Configuration;

public sealed class ConfigLoaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Load_NoSources_HasTheDefaults()
    {
        ConfigLoad load = ConfigLoader.Load(new ConfigSources());

        load.Faults.Should().BeEmpty();
        FedConfig config = FedConfig.From(load.Values);
        config.Federation.Should().Be(new FedActors.FL.Configuration.FederationOptions());
        config.Transport.Host.Should().Be("127.0.0.1", "a federation opens itself to a network only when told to");
        (config.Transport.ProviderPort, config.Transport.AggregatorPort, config.Transport.EvaluatorPort, config.Transport.WorkerPort).Should().Be((5001, 5000, 5010, 5002));
    }

    [Fact]
    public void Load_EverySource_TheLaterWins()
    {
        ConfigLoad load = ConfigLoader.Load(new ConfigSources
        {
            InstallationFile = File("appsettings.json", """{"Training":{"Rounds":1,"LocalEpochs":1,"BatchSize":1,"Mu":1}}"""),
            File = File("fed.json", """{"Training":{"LocalEpochs":2,"BatchSize":2,"Mu":2}}"""),
            Environment = new Dictionary<string, string> { ["FEDACTORS_Training__BatchSize"] = "3", ["FEDACTORS_TRAINING__MU"] = "3", ["PATH"] = "/bin" },
            CommandLine = [Given("Training:Mu", "4")],
        });

        load.Faults.Should().BeEmpty();
        var training = FedConfig.From(load.Values).Federation.Training;
        (training.Rounds, training.LocalEpochs, training.BatchSize, training.Mu).Should().Be((1, 2, 3, 4f));
        load.Values.Origin(ConfigKeys.Rounds).Should().EndWith("appsettings.json:1");
        load.Values.Origin(ConfigKeys.LocalEpochs).Should().EndWith("fed.json:1");
        load.Values.Origin(ConfigKeys.BatchSize).Should().Be("environment FEDACTORS_Training__BatchSize");
        load.Values.Origin(ConfigKeys.Mu).Should().Be("test");
        load.Values.Origin(ConfigKeys.Seed).Should().Be("default");
    }

    [Fact]
    public void Load_StoredRun_StandsInTheFilesPlace()
    {
        ConfigLoad load = ConfigLoader.Load(new ConfigSources { File = File("fed.json", """{"Seed":1}"""), Stored = ("run 7f3a", """{"Seed":7}""") });

        load.Values.Get(ConfigKeys.Seed).Should().Be(7UL);
        load.Values.Origin(ConfigKeys.Seed).Should().Be("run 7f3a:1");
    }

    [Fact]
    public void Load_ManyFaults_AreAllListedWithPathValuePlaceAndWhatIsAllowed()
    {
        string file = File("fed.json", """
            {
              "Training": {
                "Rounds": "20", // text where a number belongs
                "LearningRate": -0.5,
                "Epochs": 3,
              },
              "Participation": { "Fraction": 1.5, "RoundTimeout": 30 },
              "Transport": { "Host": null, "Tls": "mutual" },
              "Data": { "Source": ["a"] },
              "Storage": { "Path": " " },
              "Seed": -1,
              "Gossip": { "Fanout": 0, "Seeds": ["a b", "10.0.0.2"], "Reporters": [5200], "Fan": 1 }
            }
            """);

        ConfigLoad load = ConfigLoader.Load(new ConfigSources { File = file, CommandLine = [Given("Training:BatchSize", "many")] });

        load.Faults.Select(f => f.ToString().Replace(file, "fed.json", StringComparison.Ordinal)).Should().BeEquivalentTo(
            "Data:Source (fed.json:9): must be \"landsat\" or the path of a folder with a manifest.json",
            "Training:Rounds is \"20\" (fed.json:3): must be a whole number from 1 to 1,000,000",
            "Training:LearningRate is -0.5 (fed.json:4): must be a number over 0 and at most 100",
            "Training:Epochs (fed.json:5): there is no such setting; did you mean Training:LocalEpochs?",
            "Participation:Fraction is 1.5 (fed.json:7): must be a number over 0 and at most 1",
            "Participation:RoundTimeout is 30 (fed.json:7): must be a duration from 100 ms to 7 days, written as hh:mm:ss or like 30s, 5m, 2h",
            "Transport:Host is null (fed.json:8): must be a host name or an address",
            "Transport:Tls (fed.json:8): is a section: its settings go inside it",
            "Storage:Path is \" \" (fed.json:10): must be the path of a folder",
            "Seed is -1 (fed.json:11): must be a whole number from 0 to 18,446,744,073,709,551,615",
            "Gossip:Fanout is 0 (fed.json:12): must be a whole number from 1 to 1,000",
            "Gossip:Seeds is \"a b,10.0.0.2\" (fed.json:12): must be a list, which text writes with commas, of addresses, each with a port if it has one of its own: 10.0.0.2, fed.example.org:5210, [::1]:5210; \"a b\" is none",
            "Gossip:Reporters (fed.json:12): must be a list, which text writes with commas, of addresses, each with a port if it has one of its own: 10.0.0.2, fed.example.org:5210, [::1]:5210",
            "Gossip:Fan (fed.json:12): there is no such setting; did you mean Gossip:Fanout?",
            "Training:BatchSize is \"many\" (test): must be a whole number from 1 to 1,000,000");
    }

    [Theory]
    [InlineData("Trainig:Rounds", "Training:Rounds")]
    [InlineData("Training:LaerningRate", "Training:LearningRate")]
    [InlineData("Rounds", "Training:Rounds")]
    [InlineData("Storage:MinWorkers", "Participation:MinWorkers")]
    public void Load_UnknownSetting_NamesTheOneThatWasMeant(string path, string meant)
    {
        ConfigLoad load = ConfigLoader.Load(new ConfigSources { CommandLine = [Given(path, "1")] });

        load.Faults.Should().ContainSingle().Which.Allowed.Should().Contain($"did you mean {meant}?");
    }

    [Theory]
    [InlineData("FEDACTORS_Trainig__Rounds", true)]
    [InlineData("FEDACTORS_Sed", true)]
    [InlineData("FEDACTORS_PYTHON", false)]
    [InlineData("OTHER_Trainig__Rounds", false)]
    public void Load_UnknownEnvironmentVariable_IsAFaultOnlyIfASettingWasMeant(string variable, bool fault)
    {
        ConfigLoad load = ConfigLoader.Load(new ConfigSources { Environment = new Dictionary<string, string> { [variable] = "5" } });

        load.Faults.Should().HaveCount(fault ? 1 : 0);
    }

    [Theory]
    [InlineData("{\"Seed\": 1", "no JSON")]
    [InlineData("{\"Seed\": 1} trailing", "no JSON")]
    [InlineData("[1]", "one JSON object")]
    [InlineData("", "no JSON")]
    public void Load_BrokenFile_IsAFaultThatNamesIt(string text, string fault)
    {
        ConfigLoad load = ConfigLoader.Load(new ConfigSources { File = File("fed.json", text) });

        load.Faults.Should().ContainSingle().Which.ToString().Should().Contain("fed.json").And.Contain(fault);
    }

    [Fact]
    public void Load_NamedFileMissing_IsAFault()
    {
        ConfigLoader.Load(new ConfigSources { File = _folder["none.json"] }).Faults.Should().ContainSingle().Which.Allowed.Should().Be("there is no such file");
    }

    [Fact]
    public void Load_FileWithByteOrderMark_IsRead()
    {
        string file = _folder["fed.json"];
        System.IO.File.WriteAllText(file, """{"$schema":"fed.schema.json","Seed":9}""", new System.Text.UTF8Encoding(encoderShouldEmitUTF8Identifier: true));

        ConfigLoader.Load(new ConfigSources { File = file }).Values.Get(ConfigKeys.Seed).Should().Be(9UL);
    }

    [Fact]
    public void Load_QuorumOverWorkers_IsAFaultUnlessNobodySetIt()
    {
        ConfigLoader.Load(new ConfigSources { CommandLine = [Given("Participation:Workers", "2"), Given("Participation:MinWorkers", "3")] })
            .Faults.Should().ContainSingle().Which.ToString().Should().Be("Participation:MinWorkers is 3 (test): must be at most Participation:Workers, which is 2 (test): fewer need a lower quorum");

        ConfigLoad lowered = ConfigLoader.Load(new ConfigSources { CommandLine = [Given("Participation:Workers", "2")] });
        lowered.Faults.Should().BeEmpty();
        lowered.Values.Get(ConfigKeys.MinWorkers).Should().Be(2);
    }

    [Theory]
    [InlineData("krum", "1", "4", "at least 5 updates (2f + 3 for f = 1 attackers")]
    [InlineData("bulyan", "1", "6", "at least 7 updates (4f + 3 for f = 1 attackers")]
    public void Load_QuorumTooLowForTheStrategysAttackers_SaysWhatItNeeds(string strategy, string malicious, string quorum, string needed)
    {
        RawValue[] given = [Given("Strategy:Name", strategy), Given("Strategy:Malicious", malicious), Given("Participation:Workers", "20"), Given("Participation:MinWorkers", quorum)];

        ConfigLoader.Load(new ConfigSources { CommandLine = given }).Faults.Should().ContainSingle().Which.ToString().Should().Contain("Participation:MinWorkers").And.Contain(needed);
        ConfigLoader.Load(new ConfigSources { CommandLine = [.. given, Given("Participation:MinWorkers", "7")] }).Faults.Should().BeEmpty();
    }

    [Fact]
    public void Load_FedProxWithoutItsTerm_SaysWhatToSet()
    {
        ConfigLoader.Load(new ConfigSources { CommandLine = [Given("Strategy:Name", "fedprox")] })
            .Faults.Should().ContainSingle().Which.ToString().Should().Contain("Training:Mu is 0").And.Contain("must be over 0 for strategy fedprox");
        ConfigLoader.Load(new ConfigSources { CommandLine = [Given("Strategy:Name", "FedProx"), Given("Training:Mu", "0.1")] }).Faults.Should().BeEmpty();
    }

    [Theory]
    [InlineData("Training:Mu", "0.1", "must be 0 for strategy scaffold")]
    [InlineData("Training:Optimizer", "adam", "must be sgd for strategy scaffold")]
    public void Load_ScaffoldWithStepsThatAreNotPlain_SaysWhatToSet(string key, string value, string text) =>
        ConfigLoader.Load(new ConfigSources { CommandLine = [Given("Strategy:Name", "scaffold"), Given(key, value)] })
            .Faults.Should().ContainSingle().Which.ToString().Should().Contain(text);

    [Fact]
    public void Load_FaultOfItsOwnBesideAFaultBetweenSettings_ListsBoth()
    {
        ConfigLoad load = ConfigLoader.Load(new ConfigSources
        {
            CommandLine = [Given("Training:Rounds", "many"), Given("Participation:Workers", "2"), Given("Participation:MinWorkers", "3"), Given("Transport:WorkerPort", "5001")],
        });

        load.Faults.Select(f => f.Path).Should().Equal("Training:Rounds", "Participation:MinWorkers", "Transport:WorkerPort");
    }

    [Fact]
    public void Load_SettingThatCouldNotBeRead_IsNotMeasuredAgainstOthers()
    {
        ConfigLoad load = ConfigLoader.Load(new ConfigSources { CommandLine = [Given("Participation:Workers", "many"), Given("Participation:MinWorkers", "30")] });

        load.Faults.Select(f => f.Path).Should().Equal("Participation:Workers");
    }

    [Fact]
    public void Load_SettingWrittenTwice_NamesBothLines()
    {
        string file = File("fed.json", """
            {
              "Training": { "Rounds": 5 },
              "Seed": 1,
              "training": { "Rounds": 6 },
              "Data": { "Source": "landsat",
                        "source": "landsat" }
            }
            """);

        ConfigLoad load = ConfigLoader.Load(new ConfigSources { File = file });

        load.Faults.Select(f => f.ToString().Replace(file, "fed.json", StringComparison.Ordinal)).Should().Equal(
            "training (fed.json:4): is written twice, first on line 2; keep one",
            "Data:source (fed.json:6): is written twice, first on line 5; keep one");
    }

    [Fact]
    public void ReferencedFiles_MissingDataPackageAndCertificates_AreFaults()
    {
        string there = File("node.pem", string.Empty);
        ConfigValues values = ConfigLoader.Load(new ConfigSources
        {
            CommandLine =
            [
                Given("Data:Source", _folder["nowhere"]), Given("Transport:Tls:Mode", "mutual"), Given("Transport:Tls:Certificate", there),
                Given("Transport:Tls:Key", _folder["node.key"]), Given("Transport:Tls:Authority", there), Given("Package:File", _folder["none.tar.gz"]),
            ],
        }).Values;

        ReferencedFiles.Check(values).Select(f => f.Path).Should().Equal("Data:Source", "Package:File", "Transport:Tls:Key");
        ReferencedFiles.Check(ConfigLoader.Load(new ConfigSources()).Values).Should().BeEmpty();
    }

    [Fact]
    public void Load_TlsWithoutFiles_ListsWhatIsNeeded()
    {
        ConfigLoad load = ConfigLoader.Load(new ConfigSources { CommandLine = [Given("Transport:Tls:Mode", "mutual")] });

        load.Faults.Select(f => f.Path).Should().Equal("Transport:Tls:Certificate", "Transport:Tls:Key", "Transport:Tls:Authority");
    }

    [Fact]
    public void Load_PortsAlike_AreAFaultUnlessFree()
    {
        ConfigLoader.Load(new ConfigSources { CommandLine = [Given("Transport:WorkerPort", "5001")] }).Faults.Should().ContainSingle().Which.Path.Should().Be("Transport:WorkerPort");
        ConfigLoader.Load(new ConfigSources { CommandLine = [Given("Metrics:Port", "5210")] }).Faults.Should().ContainSingle().Which.Path.Should().Be("Metrics:Port");
        ConfigLoader.Load(new ConfigSources { CommandLine = [Given("Transport:WorkerPort", "0"), Given("Transport:ProviderPort", "0")] }).Faults.Should().BeEmpty();
    }

    [Fact]
    public void FedConfig_ItsOwnJson_LoadsToTheSame()
    {
        ConfigValues values = ConfigLoader.Load(new ConfigSources { CommandLine = [Given("Seed", "18446744073709551615"), Given("Participation:Fraction", "0.1"), Given("Participation:RoundTimeout", "90s")] }).Values;
        FedConfig config = FedConfig.From(values);

        FedConfig again = FedConfig.From(ConfigLoader.Load(new ConfigSources { Stored = ("run", config.Json) }).Values);

        again.Should().Be(config);
        again.Federation.Participation.Fraction.Should().Be(0.1);
        again.Federation.Participation.RoundTimeout.Should().Be(TimeSpan.FromSeconds(90));
    }

    [Fact]
    public void Schema_Committed_IsInStep() =>
        RepositoryFiles.Read("docs/fed.schema.json").Should().Be(ConfigSchema.Text(), "fedactors config schema > docs/fed.schema.json brings it up to date");

    [Fact]
    public void Reference_Documented_IsInStep() =>
        RepositoryFiles.Read("docs/configuration.md").Should().Contain(ConfigReference.Markdown(), "the table comes from fedactors config schema --markdown");

    private static RawValue Given(string path, string text) => new(path, text, JsonValueKind.Undefined, "test");

    private string File(string name, string text)
    {
        System.IO.File.WriteAllText(_folder[name], text);
        return _folder[name];
    }
}
