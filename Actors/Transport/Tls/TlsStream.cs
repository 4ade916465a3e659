using System.Net.Security;

namespace FedActors.Actors.Transport.Tls;

/// <summary>TLS on a connection, and what its records pass on their way from and to the network.</summary>
internal sealed class TlsStream : SslStream
{
    private TlsStream(GatheringStream gathering, ReadAheadStream ahead)
        : base(ahead)
    {
        Gathering = gathering;
        Ahead = ahead;
    }

    public GatheringStream Gathering { get; }

    public ReadAheadStream Ahead { get; }

    public static TlsStream On(Stream network)
    {
        var gathering = new GatheringStream(network);
        return new TlsStream(gathering, new ReadAheadStream(gathering));
    }
}
