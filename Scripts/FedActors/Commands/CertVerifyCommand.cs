using System.CommandLine;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using FedActors.Actors.Transport;
using FedActors.Actors.Transport.Tls;
using FedActors.Scripts.Cli;
using FedActors.Scripts.Runs;
using FedActors.Scripts.Security;

namespace FedActors.Scripts.Commands;

/// <summary><c>cert verify</c>.</summary>
internal static class CertVerifyCommand
{
    public static Command Create(CommandRunner runner)
    {
        var command = new FedCommand(
            "verify",
            "Says whether a certificate fits its key, its authority, a host name and today's date, by a real handshake with itself.",
            new Example("fedactors cert verify certs/node.pem certs/node.key certs/ca.pem", "as localhost"),
            new Example("fedactors cert verify provider.pem provider.key ca.pem --host fed.example.org", "as that host"));
        Argument<string> certificate = command.Takes<string>("certificate", "The certificate, PEM.");
        Argument<string> key = command.Takes<string>("key", "Its private key, PEM.");
        Argument<string> authority = command.Takes<string>("authority", "The authority's certificate, PEM.");
        var host = new Option<string>("--host") { Description = "The name under which others dial it.", HelpName = "name", DefaultValueFactory = _ => "localhost" };
        command.Options.Add(host);
        runner.Bind(command, async (context, stopping) =>
        {
            string file = context.Arguments.GetRequiredValue(certificate);
            string name = context.Arguments.GetRequiredValue(host);
            await VerifyAsync(file, context.Arguments.GetRequiredValue(key), context.Arguments.GetRequiredValue(authority), name, context.Time, stopping).ConfigureAwait(false);
            return Describe(file, name, context.Time.GetUtcNow());
        });
        return command;
    }

    private static async Task VerifyAsync(string certificate, string key, string authority, string host, TimeProvider time, CancellationToken stopping)
    {
        try
        {
            await CertificateProbe.TryAsync(TlsCredentials.FromPemFiles(certificate, key, authority), host, time, stopping).ConfigureAwait(false);
        }
        catch (TlsCredentialsException exception)
        {
            throw new CommandFailure(ExitCode.InvalidState, "invalid_certificate", exception.Message, exception);
        }
        catch (TransportException exception)
        {
            // The address in front is that of the handshake with itself, and tells a person nothing.
            string finding = exception.Message.Split(" is refused: ")[^1];
            throw new CommandFailure(ExitCode.InvalidState, "invalid_certificate", $"{certificate}: {finding}", exception);
        }
    }

    private static CommandResult Describe(string file, string host, DateTimeOffset now)
    {
        using X509Certificate2 certificate = X509CertificateLoader.LoadCertificateFromFile(file);
        DateTimeOffset end = certificate.NotAfter.ToUniversalTime();
        int days = (int)Math.Round((end - now).TotalDays);
        string text = $"{certificate.Subject}, issued by {certificate.Issuer}, stands for {host} and is valid until {end:u} ({Counted.Of(days, "day")}).";
        return new CommandResult
        {
            Data = new JsonObject
            {
                ["subject"] = certificate.Subject,
                ["issuer"] = certificate.Issuer,
                ["host"] = host,
                ["not_after"] = RunJson.Time(end),
                ["days_left"] = days,
                ["sha256"] = certificate.GetCertHashString(HashAlgorithmName.SHA256).ToLowerInvariant(),
            },
            Text = output => output.WriteLine(text),
        };
    }
}
