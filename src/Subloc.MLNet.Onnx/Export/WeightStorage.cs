using System.Diagnostics.CodeAnalysis;

namespace Subloc.MLNet.Onnx.Export;

/// <summary>How the file of an exported model keeps its weights.</summary>
[SuppressMessage("Naming", "CA1720", Justification = "The members name types of numbers.")]
public enum WeightStorage
{
    /// <summary>32 bits a weight, as the network has them.</summary>
    Float32,

    /// <summary>
    /// Whole numbers of 16 bits, in half the file, with a scale for each row of a weight matrix and for each filter of a convolution. They
    /// become 32 bits again when the model is loaded, so that scoring takes the time and the memory that it takes otherwise; scores change by
    /// the rounding, a sixth of what 16-bit floating point makes of it.
    /// </summary>
    Int16,

    /// <summary>
    /// Whole numbers of 8 bits, in a quarter of the file; otherwise as <see cref="Int16"/>, with a rounding 256 times as large. Scores change in the
    /// third digit; measure what becomes of accuracy. Networks calculate with 32 bits all the same, unlike with <see cref="OnnxPrecision.Int8"/>.
    /// </summary>
    Int8,
}
