namespace FedActors.FL.Protocol;

/// <summary>Type ids of gossip mode's messages, all in one place: 200 to 299. An id is never given a second meaning, also not after its message is gone.</summary>
internal static class GossipTypeIds
{
    public const int PeerJoin = 200;
    public const int PeerWelcome = 201;
    public const int PeerRefused = 202;

    public const int Probe = 210;
    public const int ProbeAnswer = 211;
    public const int ProbeForMe = 212;
    public const int ProbeSilence = 213;
    public const int MemberList = 214;

    public const int RootOffer = 220;
    public const int Digest = 221;
    public const int Wants = 222;
    public const int Chunk = 223;
    public const int Missing = 224;

    public const int State = 230;
    public const int StatusRequest = 231;
    public const int ReportRequest = 232;
    public const int Report = 233;
    public const int Removal = 234;
    public const int RemovalReply = 235;
}
