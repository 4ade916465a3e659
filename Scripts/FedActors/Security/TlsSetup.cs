using FedActors.Actors.Security;
using FedActors.Actors.Transport.Tcp;
using FedActors.Actors.Transport.Tls;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace FedActors.Scripts.Security;

/// <summary>The transport that the configuration asks for.</summary>
internal static class TlsSetup
{
    /// <summary>TCP, with TLS if it is configured. The certificates are read once here, so that a fault in them ends the command and not the first handshake.</summary>
    public static TcpTransport CreateTransport(TlsConfig tls, TimeProvider time, ILoggerFactory log)
    {
        TlsOptions? options = null;
        if (tls.Mode != "off")
        {
            var files = new CertificateFiles(tls, time, log.CreateLogger("FedActors.Certificates"));
            Load(files);
            options = new TlsOptions { Credentials = files.Current, RequireClientCertificate = tls.Mode == "mutual" };
        }

        return new TcpTransport(new TcpTransportOptions { Tls = options, Time = time, LoggerFactory = log });
    }

    /// <summary>Signs and judges with the same certificates, where both sides of every connection show one; else null.</summary>
    public static StatementSigner? CreateSigner(TlsConfig tls, TimeProvider time) =>
        tls.Mode == "mutual" ? new StatementSigner(new CertificateFiles(tls, time, NullLogger.Instance).Current) : null;

    private static void Load(CertificateFiles files)
    {
        try
        {
            files.Current();
        }
        catch (TlsCredentialsException exception)
        {
            throw new CommandFailure(ExitCode.InvalidState, "invalid_certificate", $"{exception.Message} fedactors cert generate makes a set of files, cert verify checks one.", exception);
        }
    }
}
