using System.Diagnostics.CodeAnalysis;

namespace FedActors.Actors.Serialization;

/// <summary>Throws, so that the readers' fast paths stay small enough to inline.</summary>
internal static class Malformed
{
    [DoesNotReturn]
    public static void Throw(string message) => throw new ProtocolException(message);

    [DoesNotReturn]
    public static void Unexpected(byte code, string wanted) =>
        throw new ProtocolException($"Found {MessagePackCode.KindOf(code)} (0x{code:x2}) where {wanted} was expected.");

    [DoesNotReturn]
    public static void Truncated(long needed, int remaining) =>
        throw new ProtocolException($"The value ends early: {needed} more bytes are needed and {remaining} remain.");

    [DoesNotReturn]
    public static void TooLong(string what, long value, long limit) =>
        throw new ProtocolException($"{what} of {value} is over the limit of {limit}.");

    [DoesNotReturn]
    public static void TooFewFields(int count, int known) =>
        throw new ProtocolException($"A message of {count} fields was found where at least {known} were expected.");

    [DoesNotReturn]
    public static void OutOfRange(string type) =>
        throw new ProtocolException($"The integer does not fit {type}.");
}
