using FedActors.Actors.Transport;
using FedActors.Scripts.Configuration;
using FedActors.Scripts.Processes;

namespace FedActors.Tests.Scripts.Processes;

public sealed class FederationTests
{
    [Fact]
    public void Provider_StartedAgain_StaysWithItsPortAndItsRun()
    {
        var federation = new Federation("fed.json", new TransportConfig("127.0.0.1", new TransportAddress("127.0.0.1", 0), 0, 0, 0, 0, new TlsConfig("off", null, null, null)), verbose: false);
        ChildSpecification provider = federation.Provider(alwaysNew: true);

        string first = string.Join(' ', provider.Arguments());
        federation.ProviderListensOn("127.0.0.1", 40_123);
        string beforeTheRun = string.Join(' ', provider.Arguments());
        federation.ProviderDrives("7f3a12bc");
        string later = string.Join(' ', provider.Arguments());

        first.Should().Contain("--port 0").And.Contain("--new").And.NotContain("--run");
        beforeTheRun.Should().Contain("--port 40123").And.NotContain("--new");
        later.Should().Contain("--port 40123").And.Contain("--run 7f3a12bc").And.NotContain("--new");
    }
}
