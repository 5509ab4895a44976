namespace Subloc.MLNet.Onnx.Export.Int8;

/// <summary>How a byte stands for a number: the byte minus the zero point, times the scale.</summary>
/// <param name="Scale">Step between two bytes.</param>
/// <param name="Zero">The byte that stands for zero, which padding makes the most frequent number.</param>
internal readonly record struct Int8Scale(float Scale, byte Zero)
{
    /// <summary>The scale whose bytes cover a range and zero.</summary>
    public static Int8Scale Of(float least, float greatest)
    {
        (least, greatest) = (Math.Min(least, 0), Math.Max(greatest, 0));
        float scale = (greatest - least) / byte.MaxValue;
        return scale < 1e-30f ? new Int8Scale(1, 0) : new Int8Scale(scale, (byte)Math.Clamp(MathF.Round(-least / scale), 0, byte.MaxValue));
    }

    /// <summary>The nearest byte.</summary>
    public byte Round(float value) => (byte)Math.Clamp(MathF.Round(value / Scale) + Zero, 0, byte.MaxValue);
}
