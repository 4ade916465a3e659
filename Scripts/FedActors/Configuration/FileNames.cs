using System.Text;

namespace FedActors.Scripts.Configuration;

/// <summary>Names that people gave, as names of files: different names stay different, and none leads out of its folder.</summary>
internal static class FileNames
{
    /// <summary>Letters, digits, dashes and underscores stay; everything else becomes a percent sign and its UTF-8 bytes in hex.</summary>
    public static string Of(string name)
    {
        var safe = new StringBuilder();
        foreach (byte b in Encoding.UTF8.GetBytes(name))
        {
            char c = (char)b;
            _ = char.IsAsciiLetterOrDigit(c) || c is '-' or '_' ? safe.Append(c) : safe.Append(System.Globalization.CultureInfo.InvariantCulture, $"%{b:x2}");
        }

        return safe.ToString();
    }
}
