using System.Runtime.Intrinsics;
using FedActors.FL.Models;
using FedActors.FL.Numerics;

namespace FedActors.FL.Training.Networks;

/// <summary>The windows of a picture that a convolution looks at, as rows of a matrix.</summary>
/// <remarks>In a picture of [height, width, channels] a row of a window is contiguous.</remarks>
internal static class Windows
{
    /// <summary>columns[window] = the window's numbers in C order.</summary>
    /// <param name="shape">The convolution.</param>
    /// <param name="picture">Its input.</param>
    /// <param name="columns">[windows, numbers of a window].</param>
    public static void Gather(ConvolutionShape shape, ReadOnlySpan<float> picture, Span<float> columns)
    {
        int line = ConvolutionShape.Kernel * shape.Channels;
        int target = 0;
        for (int y = 0; y < shape.MapHeight; y++)
        {
            for (int x = 0; x < shape.MapWidth; x++)
            {
                int source = ((y * shape.Width) + x) * shape.Channels;
                for (int ky = 0; ky < ConvolutionShape.Kernel; ky++)
                {
                    picture.Slice(source, line).CopyTo(columns[target..]);
                    source += shape.Width * shape.Channels;
                    target += line;
                }
            }
        }
    }

    /// <summary>Adds each window's numbers to the places that they came from, windows in order.</summary>
    /// <param name="shape">The convolution.</param>
    /// <param name="columns">[windows, stride].</param>
    /// <param name="stride">Numbers from one window to the next.</param>
    /// <param name="picture">Overwritten.</param>
    public static void Scatter(ConvolutionShape shape, ReadOnlySpan<float> columns, int stride, Span<float> picture)
    {
        picture.Clear();
        int line = ConvolutionShape.Kernel * shape.Channels;
        int window = 0;
        for (int y = 0; y < shape.MapHeight; y++)
        {
            for (int x = 0; x < shape.MapWidth; x++, window++)
            {
                for (int ky = 0; ky < ConvolutionShape.Kernel; ky++)
                {
                    Add(columns.Slice((window * stride) + (ky * line), line), picture[((((y + ky) * shape.Width) + x) * shape.Channels)..]);
                }
            }
        }
    }

    private static void Add(ReadOnlySpan<float> source, Span<float> target)
    {
        int i = 0;
        for (; i <= source.Length - Lanes.Width; i += Lanes.Width)
        {
            (Vector256.Create(source[i..]) + Vector256.Create<float>(target[i..])).CopyTo(target[i..]);
        }

        for (; i < source.Length; i++)
        {
            target[i] += source[i];
        }
    }
}
