using FedActors.Tests.TestKit;

namespace FedActors.Tests.Scripts.Commands;

public sealed class CertCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task CertGenerate_Defaults_MakesASetThatVerifies()
    {
        CommandLineRun made = await Run("generate", "--host", "fed.example.org", "--host", "10.0.0.7");

        made.ExitCode.Should().Be(0);
        made.Out.Should().Contain("Transport:Tls:Mode=mutual");
        foreach (string host in (string[])["localhost", "127.0.0.1", "::1", "node", "fed.example.org", "10.0.0.7"])
        {
            CommandLineRun verified = await Verify("node", "node", "ca", "--host", host);
            verified.ExitCode.Should().Be(0, verified.Error);
            verified.Out.Should().Contain($"stands for {host}");
        }
    }

    [Fact]
    public async Task CertGenerate_OnUnix_KeysAreForTheirOwnerAlone()
    {
        await Run("generate");

        if (!OperatingSystem.IsWindows())
        {
            File.GetUnixFileMode(_folder["ca.key"]).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite);
            File.GetUnixFileMode(_folder["node.key"]).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    [Fact]
    public async Task CertGenerate_FilesExist_NothingIsReplacedWithoutYes()
    {
        await Run("generate");
        byte[] before = File.ReadAllBytes(_folder["ca.key"]);

        (await Run("generate")).ExitCode.Should().Be(4);
        File.ReadAllBytes(_folder["ca.key"]).Should().Equal(before);
        (await Run("generate", "--yes")).ExitCode.Should().Be(0);
        File.ReadAllBytes(_folder["ca.key"]).Should().NotEqual(before);
    }

    [Fact]
    public async Task CertRevoke_OneNode_WritesAListThatNamesIt()
    {
        await Run("generate", "a", "b");

        CommandLineRun revoked = await Run("revoke", "a", "-o", "json");
        CommandLineRun again = await Run("revoke", "b", "-o", "json");

        revoked.ExitCode.Should().Be(0, revoked.Error);
        revoked.Json["data"]!["count"]!.GetValue<int>().Should().Be(1);
        again.Json["data"]!["count"]!.GetValue<int>().Should().Be(2);
        File.ReadAllText(_folder["ca.crl"]).Should().StartWith("-----BEGIN X509 CRL-----");
        (await Run("revoke", "nobody")).ExitCode.Should().Be(4);
    }

    [Fact]
    public async Task CertIssue_ForARole_StatesIt()
    {
        await Run("init-ca");
        await Run("issue", "worker-e", "--role", "worker");

        (await Verify("worker-e", "worker-e", "ca")).Out.Should().Contain("OU=worker");
        (await Run("issue", "worker-f", "--role", "director")).ExitCode.Should().Be(64);
    }

    [Fact]
    public async Task CertIssue_FromAnAuthority_VerifiesToo()
    {
        await Run("init-ca", "--name", "Hospital trust");
        CommandLineRun issued = await Run("issue", "worker-e", "--days", "30", "-o", "json");

        issued.Json["data"]!["certificate"]!.GetValue<string>().Should().Be(_folder["worker-e.pem"]);
        CommandLineRun verified = await Verify("worker-e", "worker-e", "ca");
        verified.Out.Should().StartWith("CN=worker-e, issued by CN=Hospital trust, ").And.Contain("(30 days");
    }

    [Theory]
    [InlineData("ca")]
    [InlineData("../escape")]
    [InlineData("a b")]
    public async Task CertIssue_NameThatIsNoName_IsUsage(string name)
    {
        await Run("init-ca");

        (await Run("issue", name)).ExitCode.Should().Be(64);
    }

    [Fact]
    public async Task CertIssue_NoAuthority_SaysHowToMakeOne()
    {
        CommandLineRun run = await Run("issue", "worker-e");

        run.ExitCode.Should().Be(4);
        run.Error.Should().Contain("cert init-ca");
    }

    [Fact]
    public async Task CertVerify_WrongParts_EachIsNamed()
    {
        await Run("generate", "a", "b");
        File.Copy(_folder["ca.pem"], _folder["first.pem"]);
        await Run("init-ca", "--yes");

        (await Verify("a", "a", "first")).ExitCode.Should().Be(0, "the control");
        (await Verify("a", "a", "first", "--host", "elsewhere")).Error.Should().Contain("not for elsewhere");
        (await Verify("a", "b", "first")).Error.Should().Contain("b.key is not usable");
        (await Verify("a", "a", "ca")).Error.Should().Contain("not by a configured authority");
        (await Verify("none", "a", "first")).Error.Should().Contain("none.pem cannot be read");
    }

    [Fact]
    public async Task CertVerify_AfterItsEnd_SaysThatItExpired()
    {
        await Run("generate", "--days", "1");
        var time = new ManualTimeProvider();
        time.Advance(TimeProvider.System.GetUtcNow().AddDays(2) - time.GetUtcNow());

        CommandLineRun run = await CommandLineRun.Of(
            new Dictionary<string, string>(), time, CancellationToken.None, "cert", "verify", _folder["node.pem"], _folder["node.key"], _folder["ca.pem"]);

        run.ExitCode.Should().Be(4);
        run.Error.Should().Contain("expired");
    }

    private Task<CommandLineRun> Run(params string[] arguments) => CommandLineRun.Of(["cert", .. arguments, "--to", _folder.Path]);

    private Task<CommandLineRun> Verify(string certificate, string key, string authority, params string[] more) =>
        CommandLineRun.Of(["cert", "verify", _folder[$"{certificate}.pem"], _folder[$"{key}.key"], _folder[$"{authority}.pem"], .. more]);
}
