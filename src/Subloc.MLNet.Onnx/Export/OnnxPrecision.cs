using System.Diagnostics.CodeAnalysis;

namespace Subloc.MLNet.Onnx.Export;

/// <summary>Numbers that an exported network calculates with.</summary>
[SuppressMessage("Naming", "CA1720", Justification = "The members name types of numbers.")]
public enum OnnxPrecision
{
    /// <summary>32-bit floating point, as in training.</summary>
    Float32,

    /// <summary>
    /// Convolutions, LSTM layers, and dense layers that read what these give or work on single positions, calculate with 8-bit weights and
    /// features, whose ranges are measured when the network is exported; all else is float32. Only for LSTM layers an operator of ONNX
    /// Runtime's own is needed.
    /// </summary>
    Int8,
}
