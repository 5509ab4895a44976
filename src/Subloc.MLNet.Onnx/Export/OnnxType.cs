using System.Diagnostics.CodeAnalysis;

namespace Subloc.MLNet.Onnx.Export;

/// <summary>Type of a tensor's elements, numbered as in ONNX.</summary>
[SuppressMessage("Naming", "CA1720", Justification = "The members name types of numbers.")]
public enum OnnxType
{
    /// <summary>32-bit floating point.</summary>
    Float = 1,

    /// <summary>Unsigned byte.</summary>
    UInt8 = 2,

    /// <summary>Signed byte.</summary>
    Int8 = 3,

    /// <summary>16-bit integer.</summary>
    Int16 = 5,

    /// <summary>32-bit integer.</summary>
    Int32 = 6,

    /// <summary>64-bit integer.</summary>
    Int64 = 7,

    /// <summary>True or false.</summary>
    Bool = 9,

    /// <summary>16-bit floating point.</summary>
    Float16 = 10,

    /// <summary>64-bit floating point.</summary>
    Double = 11,

    /// <summary>The upper half of a 32-bit floating point number.</summary>
    BFloat16 = 16,
}
