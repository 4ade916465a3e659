using System.Security.Cryptography.X509Certificates;
using FedActors.Actors.Transport;
using FedActors.Actors.Transport.Tls;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Configuration;
using FedActors.Scripts.Processes;
using FedActors.Scripts.Security;
using Microsoft.Extensions.Logging.Abstractions;

namespace FedActors.Scripts.Doctor;

/// <summary>Ports and certificates.</summary>
internal static class NetworkChecks
{
    private const int SoonDays = 30;

    /// <summary>Whether the port of the provider, or of the first peer, can be listened on here.</summary>
    public static async Task<CheckResult> PortAsync(FedConfig config, TimeProvider time, CancellationToken stopping)
    {
        var address = new TransportAddress(config.Transport.Host, config.IsGossip ? config.Gossip.Ports.Peer : config.Transport.ProviderPort);
        bool isOurs = new ProcessLedger(config.Storage.Path).Read()?.Children.Any(c => c.Address == address.ToString() && c.Process.IsAlive()) == true;
        if (isOurs)
        {
            return CheckResult.Ok("port", $"{address} is in use by what up has started");
        }

        try
        {
            var transport = TlsSetup.CreateTransport(config.Transport.Tls with { Mode = "off" }, time, NullLoggerFactory.Instance);
            await using ITransportListener listener = await transport.ListenAsync(address, stopping).ConfigureAwait(false);
            return CheckResult.Ok("port", $"{listener.Address} is free");
        }
        catch (TransportException exception)
        {
            return CheckResult.Fail("port", exception.Message);
        }
    }

    /// <summary>Whether the certificates fit each other and the date.</summary>
    public static async Task<CheckResult> CertificatesAsync(TlsConfig tls, TimeProvider time, CancellationToken stopping)
    {
        if (tls.Mode == "off")
        {
            return CheckResult.Ok("certificates", "TLS is off");
        }

        if (tls is not { Certificate: { } certificate, Key: { } key, Authority: { } authority })
        {
            return CheckResult.Ok("certificates", "this side shows no certificate of its own");
        }

        try
        {
            using X509Certificate2 own = X509CertificateLoader.LoadCertificateFromFile(certificate);
            string name = own.GetNameInfo(X509NameType.DnsName, forIssuer: false);
            await CertificateProbe.TryAsync(TlsCredentials.FromPemFiles(certificate, key, authority, tls.Revocations), name, time, stopping).ConfigureAwait(false);
            int days = (int)Math.Round((own.NotAfter.ToUniversalTime() - time.GetUtcNow()).TotalDays);
            string text = $"{certificate} fits its key and {authority}, {Counted.Of(days, "day")} left";
            return days < SoonDays ? CheckResult.Warn("certificates", $"{text}: renew it with cert issue.") : CheckResult.Ok("certificates", text);
        }
        catch (Exception exception) when (exception is TlsCredentialsException or TransportException or System.Security.Cryptography.CryptographicException or IOException)
        {
            return CheckResult.Fail("certificates", exception.Message);
        }
    }
}
