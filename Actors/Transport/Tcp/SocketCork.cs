using System.Net.Sockets;

namespace FedActors.Actors.Transport.Tcp;

/// <summary>Holds back what does not fill a packet while more is about to be written to a socket, so that it goes along with that.</summary>
/// <remarks>
/// A frame's head and the bytes behind it lie in two places and are written one after the other. The head by itself is a packet, for which
/// the other side is woken and then waits. Where the system has no such thing, each write goes by itself.
/// </remarks>
/// <param name="socket">The socket, which sends at once otherwise.</param>
internal sealed class SocketCork(Socket socket)
{
    /// <summary>TCP_CORK, as Linux numbers it.</summary>
    public const int Option = 3;

    private static readonly byte[] On = [1, 0, 0, 0];
    private static readonly byte[] Off = [0, 0, 0, 0];

    private bool _works = OperatingSystem.IsLinux();

    /// <summary>More than one write follows.</summary>
    public void Hold() => Set(On);

    /// <summary>That was the last of them: what is left goes now.</summary>
    public void Release() => Set(Off);

    private void Set(byte[] value)
    {
        if (!_works)
        {
            return;
        }

        try
        {
            socket.SetRawSocketOption((int)SocketOptionLevel.Tcp, Option, value);
        }
        catch (SocketException)
        {
            // The system lets programs hold nothing back, or the connection is broken, as the next write or read says.
            _works = false;
        }
    }
}
