using FedActors.FL.Data;

namespace FedActors.Simulation.Scenarios;

/// <summary>Room for one client's examples, used for one client after another. It grows to the largest.</summary>
public sealed class ClientBuffer
{
    private float[] _values = [];
    private int[] _labels = [];

    /// <summary>Room for some examples.</summary>
    /// <param name="examples">How many.</param>
    /// <param name="features">Numbers of each.</param>
    /// <returns>The rows' numbers and labels, to be filled.</returns>
    internal (Memory<float> Values, Memory<int> Labels) Take(int examples, int features)
    {
        int values = checked(examples * features);
        if (_values.Length < values)
        {
            _values = new float[values];
        }

        if (_labels.Length < examples)
        {
            _labels = new int[examples];
        }

        return (_values.AsMemory(0, values), _labels.AsMemory(0, examples));
    }

    /// <summary>What was filled in, as examples.</summary>
    internal DataSet ToDataSet(int examples, int features, int classes) => new(features, classes, _values, _labels, examples);
}
