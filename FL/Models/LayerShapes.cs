namespace FedActors.FL.Models;

/// <summary>A layer with parameters: a matrix that has a row for each input of a sum and, below them, a row of biases.</summary>
/// <param name="FanIn">Inputs of each sum.</param>
/// <param name="Columns">Sums, side by side.</param>
/// <param name="Rectified">Whether negative sums become 0 (ReLU).</param>
internal abstract record LayerShape(int FanIn, int Columns, bool Rectified)
{
    /// <summary>Numbers per example that go in.</summary>
    public abstract int Inputs { get; }

    /// <summary>Numbers per example that come out.</summary>
    public abstract int Outputs { get; }

    /// <summary>The weights as a tensor of the given name.</summary>
    public abstract TensorShape Weights(string name);

    /// <summary>Parameters, the biases among them.</summary>
    public long Parameters => (FanIn + 1L) * Columns;
}

/// <summary>A fully connected layer.</summary>
internal sealed record DenseShape(int FanIn, int Columns, bool Rectified) : LayerShape(FanIn, Columns, Rectified)
{
    /// <inheritdoc/>
    public override int Inputs => FanIn;

    /// <inheritdoc/>
    public override int Outputs => Columns;

    /// <inheritdoc/>
    public override TensorShape Weights(string name) => new(name, FanIn, Columns);
}

/// <summary>A convolution of 5 x 5 without a border, rectified, of whose results the largest of each 2 x 2 is kept. Images are [height, width, channels] in C order.</summary>
/// <remarks>A row or column that is left over by the pooling is not looked at, as in LeCun et al. 1998, where sizes are such that none is.</remarks>
internal sealed record ConvolutionShape(int Height, int Width, int Channels, int Filters) : LayerShape(Kernel * Kernel * Channels, Filters, Rectified: true)
{
    /// <summary>Height and width of the window.</summary>
    public const int Kernel = 5;

    /// <summary>Height of the map before pooling.</summary>
    public int MapHeight => Height - Kernel + 1;

    /// <summary>Width of the map before pooling.</summary>
    public int MapWidth => Width - Kernel + 1;

    /// <summary>Height after pooling.</summary>
    public int PooledHeight => MapHeight / 2;

    /// <summary>Width after pooling.</summary>
    public int PooledWidth => MapWidth / 2;

    /// <inheritdoc/>
    public override int Inputs => Height * Width * Channels;

    /// <inheritdoc/>
    public override int Outputs => PooledHeight * PooledWidth * Filters;

    /// <inheritdoc/>
    public override TensorShape Weights(string name) => new(name, Kernel, Kernel, Channels, Filters);
}
