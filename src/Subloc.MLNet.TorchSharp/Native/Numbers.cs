using TorchSharp;
using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Native;

/// <summary>Numbers for operations on tensors.</summary>
/// <remarks>
/// TorchSharp hands a plain number to libtorch as a <see cref="Scalar"/> that nothing refers to during the call, so that the garbage
/// collector may free it while libtorch reads it. That happens about once in a million operations and ends a training of hours. Numbers
/// therefore come from here: constants that are never freed, or tensors of the present dispose scope.
/// </remarks>
internal static class Numbers
{
    /// <summary>0.</summary>
    public static Scalar Zero { get; } = 0;

    /// <summary>1.</summary>
    public static Scalar One { get; } = 1;

    /// <summary>Minus infinity.</summary>
    public static Scalar NegativeInfinity { get; } = float.NegativeInfinity;

    /// <summary>A number as a tensor without dimensions, float64; it takes on the type of the tensor that it is combined with.</summary>
    public static Tensor Of(double value) => tensor(value, ScalarType.Float64);

    /// <summary>The sum of two tensors. The operator + of TorchSharp hands over a number as well, the factor of the second one.</summary>
    public static Tensor Plus(this Tensor left, Tensor right) => left.add(right, One);

    /// <summary>A whole number as a tensor without dimensions, int64.</summary>
    public static Tensor Of(long value) => tensor(value, ScalarType.Int64);
}
