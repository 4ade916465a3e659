using System.Net;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Configuration;

namespace FedActors.Scripts.Roles;

/// <summary>Warns of a port that anybody on the network may use.</summary>
internal static class Strangers
{
    public static void Warn(TransportConfig transport, CommandContext context)
    {
        bool isLoopback = transport.Host is "localhost" || (IPAddress.TryParse(transport.Host, out IPAddress? address) && IPAddress.IsLoopback(address));
        if (!isLoopback && transport.Tls.Mode == "off")
        {
            context.Output.Notice($"warning: {transport.Host} is open to the network without TLS: whoever reaches it can take part and read the models. fedactors cert generate makes certificates.");
        }
    }
}
