using System.Net;
using FedActors.Actors.Transport.Tcp;

namespace FedActors.Tests.Actors.Transport;

public sealed class SocketOriginTests
{
    [Theory]
    [InlineData("10.1.2.3:400", "10.1.2.3")]
    [InlineData("[::ffff:10.1.2.3]:400", "10.1.2.3")]
    [InlineData("[2001:db8:1:2:3:4:5:6]:400", "2001:db8:1:2::/64")]
    [InlineData("[2001:db8:1:2:ffff::1]:401", "2001:db8:1:2::/64")]
    [InlineData("[::1]:400", "::/64")]
    public void Of_EndPoint_IsWhatOneDialerCannotEasilyHaveManyOf(string end, string origin) =>
        SocketOrigin.Of(IPEndPoint.Parse(end)).Should().Be(origin);
}
