using FedActors.FL.Data;

namespace FedActors.Scripts.Configuration;

/// <summary>Whether the files and folders that a configuration names are there. Commands that need none of them do not ask.</summary>
internal static class ReferencedFiles
{
    public static IEnumerable<ConfigFault> Check(ConfigValues values) => Data(values).Concat(Package(values)).Concat(Tls(values));

    /// <summary>The files that a process needs which others connect to, or which connects to others.</summary>
    public static IEnumerable<ConfigFault> Tls(ConfigValues values) =>
        Pem(values, ConfigKeys.TlsCertificate).Concat(Pem(values, ConfigKeys.TlsKey)).Concat(Pem(values, ConfigKeys.TlsAuthority)).Concat(Pem(values, ConfigKeys.TlsRevocations));

    private static IEnumerable<ConfigFault> Data(ConfigValues values)
    {
        if (values.AreReadable(ConfigKeys.DataSource) && FaultOf(values.Get(ConfigKeys.DataSource)) is { } fault)
        {
            yield return Fault(values, ConfigKeys.DataSource, fault);
        }
    }

    private static IEnumerable<ConfigFault> Package(ConfigValues values)
    {
        if (values.AreReadable(ConfigKeys.PackageFile) && values.Get(ConfigKeys.PackageFile) is { } path && !File.Exists(path))
        {
            yield return Fault(values, ConfigKeys.PackageFile, "there is no such file; docs/external-trainer.md says how one is made");
        }
    }

    private static string? FaultOf(string source)
    {
        try
        {
            FederatedData.Open(source);
            return null;
        }
        catch (DataFileException exception)
        {
            return exception.Message;
        }
    }

    private static IEnumerable<ConfigFault> Pem(ConfigValues values, ConfigKey<string?> key)
    {
        if (values.AreReadable(key, ConfigKeys.TlsMode) && values.Get(ConfigKeys.TlsMode) != "off" && values.Get(key) is { } path && !File.Exists(path))
        {
            yield return Fault(values, key, "there is no such file; cert generate makes a set");
        }
    }

    private static ConfigFault Fault(ConfigValues values, ConfigKey key, string allowed) =>
        new(key.Path, values.Json(key)?.ToJsonString(), values.Origin(key), allowed);
}
