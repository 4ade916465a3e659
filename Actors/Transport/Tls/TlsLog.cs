using Microsoft.Extensions.Logging;

namespace FedActors.Actors.Transport.Tls;

/// <summary>What TLS logs. Event ids 1100 to 1119.</summary>
internal static partial class TlsLog
{
    public static void Relaxations(ILogger log, TlsOptions options)
    {
        if (!options.RequireClientCertificate)
        {
            ClientCertificatesOff(log);
        }

        if (!options.VerifyHostName)
        {
            HostNamesOff(log);
        }

        if (!options.VerifyAuthority)
        {
            AuthoritiesOff(log);
        }
    }

    [LoggerMessage(1100, LogLevel.Warning, "TLS is relaxed: dialers need no certificate, so anybody who reaches the port may take part")]
    private static partial void ClientCertificatesOff(ILogger log);

    [LoggerMessage(1101, LogLevel.Warning, "TLS is relaxed: host names are not checked, so any holder of a certificate can pose as any node")]
    private static partial void HostNamesOff(ILogger log);

    [LoggerMessage(1102, LogLevel.Warning, "TLS is relaxed: any certificate is believed, so anybody between the nodes can read and change what they say")]
    private static partial void AuthoritiesOff(ILogger log);
}
