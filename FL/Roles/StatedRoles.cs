using FedActors.Actors.Transport;
using FedActors.FL.Rounds;

namespace FedActors.FL.Roles;

/// <summary>Holds the role that a node takes against the roles that its certificate states.</summary>
/// <remarks>
/// A certificate states roles as organisational units of its subject: <c>OU=worker</c>. Units that are no role's name mean nothing here,
/// and a certificate that states no role serves for all of them, as does a connection without TLS.
/// </remarks>
internal static class StatedRoles
{
    /// <summary>The provider's, which registers with nobody.</summary>
    public const string Provider = "provider";

    /// <summary>Of whoever only looks at running nodes.</summary>
    public const string Operator = "operator";

    /// <summary>Of whoever stands for workers at a provider, and for the provider at workers.</summary>
    public const string Combiner = "combiner";

    private static readonly string[] Known = [Provider, Operator, Combiner, .. Enum.GetValues<MemberRole>().Select(NameOf)];

    /// <summary>A member's role as certificates state it.</summary>
    public static string NameOf(MemberRole role) => role.ToString().ToLowerInvariant();

    /// <summary>Why the node may not tell a member of a role what to do, or null if it may: a provider may, and a combiner those that register with one.</summary>
    public static string? FindObjectionToLead(PeerIdentity? peer, string member)
    {
        bool mayBeCombined = member == Combiner || member == NameOf(MemberRole.Worker);
        return mayBeCombined && FindObjection(peer, Combiner) is null ? null : FindObjection(peer, Provider);
    }

    /// <summary>Why the node may not take the role, or null if it may.</summary>
    public static string? FindObjection(PeerIdentity? peer, string role)
    {
        string[] stated = [.. peer?.Units.Intersect(Known, StringComparer.Ordinal) ?? []];
        return stated.Length == 0 || stated.Contains(role)
            ? null
            : $"the certificate of {peer!.Subject} is for {string.Join(" and ", stated)}, not for {role}: issue one with cert issue --role {role}";
    }

    /// <summary>Why the node may not register a worker, or null if it may. A combiner may, once it has registered: until then its workers are refused for now.</summary>
    /// <param name="peer">The node.</param>
    /// <param name="isCombiner">Whether a combiner is registered from it.</param>
    public static (RegistrationRefusal Refusal, string Text)? FindObjectionToWorker(PeerIdentity? peer, bool isCombiner)
    {
        if (FindObjection(peer, isCombiner ? Combiner : NameOf(MemberRole.Worker)) is not { } objection)
        {
            return null;
        }

        return FindObjection(peer, Combiner) is null
            ? (RegistrationRefusal.UnknownCombiner, $"the certificate of {peer!.Subject} is for a combiner, and none has registered from its node: its workers are admitted after it")
            : (RegistrationRefusal.NotAuthorised, objection);
    }
}
