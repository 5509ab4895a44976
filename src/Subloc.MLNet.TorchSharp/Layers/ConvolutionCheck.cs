using Subloc.MLNet.TorchSharp.Native;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Subloc.MLNet.TorchSharp.Layers;

/// <summary>Whether libtorch's convolutions are right on this processor.</summary>
/// <remarks>
/// On some, libtorch 2.10 leaves what was in memory at channels that fill no block of 16, and results are wrong or no numbers. So a few small
/// convolutions are compared with matrix products in float64, after memory was filled with what would show.
/// </remarks>
internal static class ConvolutionCheck
{
    private const double Tolerance = 1e-3;
    private const int Proteins = 16; // with fewer, libtorch calculates otherwise
    private const int Positions = 40;
    private const int LargestBlock = 1 << 18;

    // Channels in, filters, width, stride.
    private static readonly (int Channels, int Filters, int Width, int Stride)[] _shapes =
        [(20, 64, 7, 2), (20, 53, 3, 1), (64, 128, 3, 2)];

    private static readonly Lazy<bool> _isRight = new(() => Array.TrueForAll(_shapes, IsRightFor));

    /// <summary>Whether they are right on a device: on any but the processor, and there if all that are tried are.</summary>
    /// <remarks>Found out at the first question, in some milliseconds.</remarks>
    public static bool IsRightOn(Device device) => device.type != DeviceType.CPU || _isRight.Value;

    /// <summary>Fills much of the memory that libtorch will take next with what is not a number.</summary>
    /// <param name="largest">Numbers in the largest block.</param>
    internal static void FillFreedMemory(long largest)
    {
        var used = new List<Tensor>();
        for (long size = 16; size < largest; size = size * 5 / 4)
            for (int i = 0; i < 3; i++)
                used.Add(full([size], float.NaN));
        used.ForEach(tensor => tensor.Dispose());
    }

    private static bool IsRightFor((int Channels, int Filters, int Width, int Stride) shape)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var rows = Waves(Proteins, Positions, shape.Channels);                          // [B, L, D]
        var weight = Waves(shape.Filters, shape.Channels, shape.Width).unsqueeze(2);
        var bias = Waves(shape.Filters);
        var windows = rows.unfold(1, shape.Width, shape.Stride).flatten(2).to_type(ScalarType.Float64); // [B, T, D W]
        var expected = windows.matmul(weight.flatten(1).t().to_type(ScalarType.Float64)).Plus(bias.to_type(ScalarType.Float64)); // [B, T, F]
        bool isRight = true;
        foreach (Tensor features in (Tensor[])[rows.transpose(1, 2), rows.transpose(1, 2).contiguous()])
        {
            FillFreedMemory(LargestBlock);
            var found = F.conv2d(features.unsqueeze(2), weight, bias, strides: [1, shape.Stride]).squeeze(2).transpose(1, 2); // [B, T, F]
            using var most = (found.to_type(ScalarType.Float64) - expected).abs().amax();
            isRight &= most.item<double>() < Tolerance; // not so for what is no number
        }

        return isRight;
    }

    // Values between -1 and 1 that take nothing from anybody's random numbers.
    private static Tensor Waves(params long[] shape) => arange(shape.Aggregate((a, b) => a * b)).to_type(ScalarType.Float32).mul(Numbers.Of(1.7)).sin().view(shape);
}
