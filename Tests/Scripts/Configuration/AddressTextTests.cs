using FedActors.Actors.Transport;
using FedActors.Scripts.Configuration;

namespace FedActors.Tests.Scripts.Configuration;

public sealed class AddressTextTests
{
    [Theory]
    [InlineData("10.0.0.2", "10.0.0.2", 5001)]
    [InlineData("fed.example.org:6001", "fed.example.org", 6001)]
    [InlineData("[::1]:6001", "::1", 6001)]
    [InlineData("[::1]", "::1", 5001)]
    [InlineData("::1", "::1", 5001)]
    public void TryParse_HostWithOrWithoutPort_IsAnAddress(string text, string host, int port)
    {
        AddressText.TryParse(text, 5001, out TransportAddress? address).Should().BeTrue();

        address.Should().Be(new TransportAddress(host, port));
    }

    [Theory]
    [InlineData("")]
    [InlineData(":5001")]
    [InlineData("host:port")]
    [InlineData("host:70000")]
    [InlineData("a b")]
    public void TryParse_AnythingElse_IsRefused(string text) => AddressText.TryParse(text, 5001, out _).Should().BeFalse();
}
