using Subloc.MLNet.TorchSharp.Native;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Subloc.MLNet.TorchSharp.Layers;

/// <summary>Whether libtorch's convolutions are right on this processor.</summary>
/// <remarks>
/// On some, libtorch 2.10 leaves what was in memory at channels that fill no block of 16, and results are wrong or no numbers. So a few small
/// convolutions are compared with those in float64, which are calculated otherwise, after memory was filled with what would show.
/// </remarks>
internal static class ConvolutionCheck
{
    private const double Tolerance = 1e-3;
    private const int Positions = 40;

    // Channels in, filters, width, stride.
    private static readonly (int Channels, int Filters, int Width, int Stride)[] _shapes =
        [(20, 64, 7, 2), (20, 53, 3, 1), (5, 6, 3, 1), (8, 8, 4, 1), (64, 16, 1, 1), (64, 128, 3, 2)];

    private static readonly Lazy<bool> _isRight = new(() => Array.TrueForAll(_shapes, IsRightFor));

    /// <summary>Whether all of them are; found out at the first question, in some milliseconds.</summary>
    public static bool IsRight => _isRight.Value;

    private static bool IsRightFor((int Channels, int Filters, int Width, int Stride) shape)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var rows = Waves(3, Positions, shape.Channels);                          // [B, L, D]
        var weight = Waves(shape.Filters, shape.Channels, shape.Width).unsqueeze(2);
        var bias = Waves(shape.Filters);
        bool isRight = true;
        foreach (Tensor features in (Tensor[])[rows.transpose(1, 2), rows.transpose(1, 2).contiguous()])
        {
            Tensor images = features.unsqueeze(2);                               // [B, D, 1, L]
            FillFreedMemory();
            var found = F.conv2d(images, weight, bias, strides: [1, shape.Stride]);
            var expected = F.conv2d(images.to_type(ScalarType.Float64), weight.to_type(ScalarType.Float64), bias.to_type(ScalarType.Float64), strides: [1, shape.Stride]);
            using var most = (found.to_type(ScalarType.Float64) - expected).abs().amax();
            isRight &= most.item<double>() < Tolerance; // not so for what is no number
        }

        return isRight;
    }

    // Values between -1 and 1 that take nothing from anybody's random numbers.
    private static Tensor Waves(params long[] shape) => arange(shape.Aggregate((a, b) => a * b)).to_type(ScalarType.Float32).mul(Numbers.Of(1.7)).sin().view(shape);

    private static void FillFreedMemory()
    {
        var used = new List<Tensor>();
        for (long size = 64; size < 1 << 18; size = size * 3 / 2)
            for (int i = 0; i < 3; i++)
                used.Add(full([size], float.NaN));
        used.ForEach(tensor => tensor.Dispose());
    }
}
