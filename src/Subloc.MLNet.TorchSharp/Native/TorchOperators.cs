using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Native;

/// <summary>Operators that libtorch has and TorchSharp does not name, called through functions of TorchScript.</summary>
/// <remarks>
/// Their source stands here and nowhere else. Numbers are passed as tensors: TorchSharp hands a number over as an object that the
/// garbage collector may free too early.
/// </remarks>
internal static class TorchOperators
{
    private const string Source =
        """
        def adam(weights: List[Tensor], gradients: List[Tensor], means: List[Tensor], squares: List[Tensor], steps: List[Tensor], rate: Tensor, beta1: Tensor, beta2: Tensor, epsilon: Tensor) -> Tensor:
          none: List[Tensor] = []
          torch._foreach_add_(steps, 1.0)
          torch._fused_adam_(weights, gradients, means, squares, none, steps, lr=float(rate), beta1=float(beta1), beta2=float(beta2), weight_decay=0.0, eps=float(epsilon), amsgrad=False, maximize=False)
          return rate

        def lstm(steps: Tensor, state: Tensor, weights: List[Tensor], layers: int) -> Tensor:
          return torch.lstm(steps, [state, state], weights, True, layers, 0.0, True, False, True)[0]

        """;

    private static readonly Lazy<jit.CompilationUnit> _functions = new(() =>
    {
        LibTorch.Start();
        return jit.compile(Source);
    });

    /// <summary>Adam's update of all weights, in place.</summary>
    /// <param name="weights">Weights; none of the lists is empty, and all have one entry a weight.</param>
    /// <param name="gradients">Their gradients.</param>
    /// <param name="means">Running means of the gradients; zero at first.</param>
    /// <param name="squares">Running means of their squares; zero at first.</param>
    /// <param name="steps">Updates done so far, float32, without dimension; counted up here.</param>
    /// <param name="rate">Learning rate.</param>
    /// <param name="beta1">Decay of the means.</param>
    /// <param name="beta2">Decay of the squares.</param>
    /// <param name="epsilon">Added to the root of the squares.</param>
    public static void Adam(
        Tensor[] weights, Tensor[] gradients, Tensor[] means, Tensor[] squares, Tensor[] steps, double rate, double beta1, double beta2, double epsilon)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        Invoke("adam", weights, gradients, means, squares, steps, Number(rate), Number(beta1), Number(beta2), Number(epsilon));
    }

    /// <summary>Forward LSTM layers over batch-first steps, in any one type.</summary>
    /// <param name="steps">[B, T, D].</param>
    /// <param name="state">First hidden and cell state, [layers, B, H].</param>
    /// <param name="weights">For each layer: input weights, recurrent weights, input bias, recurrent bias.</param>
    /// <param name="layers">Number of layers.</param>
    /// <returns>States of the last layer, [B, T, H].</returns>
    public static Tensor Lstm(Tensor steps, Tensor state, Tensor[] weights, long layers) => Invoke("lstm", steps, state, weights, checked((int)layers));

    private static Tensor Number(double value) => tensor(value, ScalarType.Float64);

    private static Tensor Invoke(string function, params object[] arguments)
    {
        var result = (Tensor)_functions.Value.invoke(function, arguments)!;
        GC.KeepAlive(arguments);
        return result;
    }
}
