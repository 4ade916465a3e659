using FedActors.Actors.Transport;

namespace FedActors.Tests.Actors.Transport;

public sealed class TransportAddressTests
{
    [Theory]
    [InlineData("localhost:5001", "localhost", 5001)]
    [InlineData("10.0.0.2:0", "10.0.0.2", 0)]
    [InlineData("[::1]:65535", "::1", 65535)]
    public void Address_WellFormed_ReadsAndPrintsAlike(string text, string host, int port)
    {
        TransportAddress address = TransportAddress.Parse(text);

        address.Should().Be(new TransportAddress(host, port));
        address.ToString().Should().Be(text);
    }

    [Theory]
    [InlineData("")]
    [InlineData("localhost")]
    [InlineData(":5001")]
    [InlineData("localhost:")]
    [InlineData("localhost:65536")]
    [InlineData("localhost:-1")]
    [InlineData("localhost:http")]
    [InlineData("::1:5001")]
    public void Address_Malformed_IsRefusedAndQuoted(string text)
    {
        Action parse = () => TransportAddress.Parse(text);

        parse.Should().Throw<FormatException>().WithMessage($"'{text}'*");
    }
}
