using Subloc.MLNet.TorchSharp.Layers;
using Subloc.MLNet.TorchSharp.Networks;

namespace Subloc.Benchmarks.Runtimes;

/// <summary>What a network calculates for a protein: two operations for each multiplication and addition of its convolutions, LSTM and dense layers.</summary>
/// <param name="config">One of the seed's networks.</param>
/// <param name="shape">Sizes that it is built for.</param>
internal sealed class NetworkArithmetic(NetworkConfig config, NetworkShape shape)
{
    private const int StemStride = 2;
    private const int PoolStride = 2;

    /// <summary>Operations for a protein of some residues.</summary>
    public double Of(int residues) => 2d * config switch
    {
        CnnConfig cnn => Pooled(cnn.Filters, cnn.Kernel, shape.Length, out long steps) + Head(steps * cnn.Filters[^1], cnn.Hidden),
        CnnLstmConfig lstm => Pooled(lstm.Filters, lstm.Kernel, residues, out long steps) + Recurrent(lstm, Math.Max(steps, 1)) + Head(lstm.Hidden, []),
        ResNetConfig resnet => Residual(resnet, residues),
        _ => throw new ArgumentException($"The arithmetic of {config.GetType().Name} is not known."),
    };

    private double Pooled(IReadOnlyList<int> filters, int kernel, long length, out long steps)
    {
        double sum = 0;
        long channels = shape.Channels;
        foreach (int width in filters)
        {
            long windows = Math.Max(length - kernel + 1, 0);
            sum += (double)windows * channels * width * kernel;
            (channels, length) = (width, windows / 2);
        }

        steps = length;
        return sum;
    }

    private static double Recurrent(CnnLstmConfig config, long steps) => Enumerable.Range(0, config.Layers)
        .Sum(layer => 4d * steps * config.Hidden * ((layer == 0 ? config.Filters[^1] : config.Hidden) + config.Hidden));

    private double Residual(ResNetConfig config, long residues)
    {
        long length = SamePadding.Windows(residues, StemStride), inputs = config.StemFilters;
        double sum = (double)length * shape.Channels * inputs * config.StemKernel;
        length = SamePadding.Windows(length, PoolStride);
        foreach (ResNetBlock block in config.Blocks)
        {
            long outputs = SamePadding.Windows(length, block.Stride), width = block.Width, narrow = width / 4;
            if (block.Stride != 1 || inputs != width)
                sum += (double)outputs * inputs * width;
            sum += config.BlockKind == ResNetBlockKind.Bottleneck
                ? (double)narrow * (length * inputs + outputs * (3 * narrow + width))
                : 3d * outputs * width * (inputs + (config.ConvolutionsPerBlock - 1) * width);
            (inputs, length) = (width, outputs);
        }

        return sum + Head(inputs, config.Hidden);
    }

    private double Head(long inputs, IReadOnlyList<int> hidden)
    {
        double sum = 0;
        foreach (int units in (IEnumerable<int>)[.. hidden, shape.Classes])
        {
            sum += (double)inputs * units;
            inputs = units;
        }

        return sum;
    }
}
