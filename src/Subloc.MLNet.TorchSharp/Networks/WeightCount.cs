namespace Subloc.MLNet.TorchSharp.Networks;

/// <summary>Numbers that layers hold, running statistics included; too many for a long is an <see cref="OverflowException"/>.</summary>
internal static class WeightCount
{
    /// <summary>A convolution with bias.</summary>
    public static long Convolution(long inputs, long filters, long kernel) => checked(inputs * filters * kernel + filters);

    /// <summary>A convolution with bias, followed by batch normalisation (scale, shift, running mean and variance).</summary>
    public static long NormalizedConvolution(long inputs, long filters, long kernel) =>
        checked(Convolution(inputs, filters, kernel) + 4 * filters);

    /// <summary>An LSTM layer in PyTorch's layout, with two bias vectors.</summary>
    public static long Lstm(long inputs, long hidden) => checked(4 * hidden * (inputs + hidden) + 8 * hidden);

    /// <summary>Convolutions without normalisation, each reading the one before.</summary>
    public static long Convolutions(long inputs, IReadOnlyList<int> filters, long kernel)
    {
        long count = 0;
        foreach (int width in filters)
            (count, inputs) = (checked(count + Convolution(inputs, width, kernel)), width);

        return count;
    }

    /// <summary>Fully connected layers and the last one that gives the logits.</summary>
    public static long Head(long inputs, IReadOnlyList<int> hidden, long classes)
    {
        long count = 0;
        foreach (int width in hidden)
            (count, inputs) = (checked(count + Convolution(inputs, width, 1)), width);

        return checked(count + Convolution(inputs, classes, 1));
    }
}
