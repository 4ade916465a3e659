using System.Text;

namespace FedActors.Actors.Serialization;

/// <summary>UTF-8 that refuses what is not text instead of replacing it: a replaced character would change a name in silence.</summary>
internal static class StrictUtf8
{
    public static UTF8Encoding Instance { get; } = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
}
