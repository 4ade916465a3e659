using System.Globalization;

namespace FedActors.Simulation.Scenarios;

/// <summary>Names of clients that have none of their own: in ordinal order, all of one length.</summary>
public static class ClientNames
{
    private const int LeastDigits = 4;

    /// <summary>The names of so many clients.</summary>
    public static string[] Of(int count)
    {
        string form = "D" + Math.Max(LeastDigits, (count - 1).ToString(CultureInfo.InvariantCulture).Length).ToString(CultureInfo.InvariantCulture);
        string[] names = new string[count];
        for (int client = 0; client < count; client++)
        {
            names[client] = "C" + client.ToString(form, CultureInfo.InvariantCulture);
        }

        return names;
    }
}
