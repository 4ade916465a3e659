using System.Text;

namespace FedActors.FL.Gossip;

/// <summary>Reasons of refusals as people read them; programs read them as they are.</summary>
public static class RefusalWords
{
    /// <summary>For instance <c>wrong body</c> for <c>WrongBody</c>.</summary>
    public static string Of(string reason)
    {
        ArgumentNullException.ThrowIfNull(reason);
        StringBuilder words = new(reason.Length + 4);
        foreach (char letter in reason)
        {
            if (char.IsUpper(letter) && words.Length > 0)
            {
                words.Append(' ');
            }

            words.Append(char.ToLowerInvariant(letter));
        }

        return words.ToString();
    }
}
