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
        def adam(weights: List[Tensor], gradients: List[Tensor], means: List[Tensor], squares: List[Tensor], steps: List[Tensor], rate: Tensor, beta1: Tensor, beta2: Tensor, epsilon: Tensor, decay: Tensor) -> Tensor:
          none: List[Tensor] = []
          torch._foreach_add_(steps, 1.0)
          if float(decay) > 0.0:
            torch._fused_adamw_(weights, gradients, means, squares, none, steps, lr=float(rate), beta1=float(beta1), beta2=float(beta2), weight_decay=float(decay), eps=float(epsilon), amsgrad=False, maximize=False)
          else:
            torch._fused_adam_(weights, gradients, means, squares, none, steps, lr=float(rate), beta1=float(beta1), beta2=float(beta2), weight_decay=0.0, eps=float(epsilon), amsgrad=False, maximize=False)
          return rate

        def sgd(weights: List[Tensor], gradients: List[Tensor], velocities: List[Tensor], rate: Tensor, momentum: Tensor, nesterov: Tensor, decay: Tensor) -> Tensor:
          buffers: List[Tensor] = []
          if float(momentum) > 0.0:
            buffers = velocities
          torch._fused_sgd_(weights, gradients, buffers, weight_decay=float(decay), momentum=float(momentum), lr=float(rate), dampening=0.0, nesterov=float(nesterov) > 0.0, maximize=False, is_first_step=False)
          return rate

        def scale(gradients: List[Tensor], factor: Tensor) -> Tensor:
          torch._foreach_mul_(gradients, float(factor))
          return factor

        def clip(gradients: List[Tensor], limit: Tensor) -> Tensor:
          norm = torch.linalg_vector_norm(torch.stack(torch._foreach_norm(gradients, 2.0)))
          torch._foreach_mul_(gradients, torch.clamp(float(limit) / (norm + 0.000001), max=1.0))
          return norm

        def average(averages: List[Tensor], weights: List[Tensor], share: Tensor) -> Tensor:
          torch._foreach_lerp_(averages, weights, float(share))
          return share

        def lstm(steps: Tensor, state: Tensor, weights: List[Tensor], layers: int) -> Tensor:
          return torch.lstm(steps, [state, state], weights, True, layers, 0.0, True, False, True)[0]

        """;

    private static readonly Lazy<jit.CompilationUnit> _functions = new(() =>
    {
        LibTorch.Start();
        return jit.compile(Source);
    });

    /// <summary>Adam's update of all weights, in place; AdamW's where weights decay.</summary>
    /// <param name="lists">
    /// Weights, their gradients, the running means of these and of their squares (both zero at first), and the updates done so far
    /// (float32, without dimension, counted up here). None is empty, and all have one entry a weight.
    /// </param>
    /// <param name="rate">Learning rate.</param>
    /// <param name="settings">Decays of the two running means, and what is added to the root of the squares.</param>
    /// <param name="decay">Share that is taken off the weights, for a learning rate of 1.</param>
    public static void Adam(
        (Tensor[] Weights, Tensor[] Gradients, Tensor[] Means, Tensor[] Squares, Tensor[] Steps) lists,
        double rate,
        (double Beta1, double Beta2, double Epsilon) settings,
        double decay) => Change(
        "adam", lists.Weights, lists.Gradients, lists.Means, lists.Squares, lists.Steps,
        rate, settings.Beta1, settings.Beta2, settings.Epsilon, decay);

    /// <summary>Gradient descent's update of all weights, in place.</summary>
    /// <param name="weights">Weights; not empty.</param>
    /// <param name="gradients">Their gradients.</param>
    /// <param name="velocities">Running sums of the gradients, zero at first; not read without momentum.</param>
    /// <param name="rate">Learning rate.</param>
    /// <param name="settings">Share of the velocities that is kept, whether to look ahead along them, and L2 decay.</param>
    public static void Sgd(
        Tensor[] weights, Tensor[] gradients, Tensor[] velocities, double rate, (double Momentum, bool Nesterov, double Decay) settings) => Change(
        "sgd", weights, gradients, velocities, rate, settings.Momentum, settings.Nesterov ? 1.0 : 0.0, settings.Decay);

    /// <summary>Multiplies tensors by a number, in place.</summary>
    public static void Scale(Tensor[] gradients, double factor) => Change("scale", gradients, factor);

    /// <summary>Shortens gradients in place so that their length, over all values of all of them, is not above a limit.</summary>
    public static void Clip(Tensor[] gradients, double limit) => Change("clip", gradients, limit);

    /// <summary>Moves running averages towards the present values, in place.</summary>
    /// <param name="averages">Averages; not empty.</param>
    /// <param name="weights">Present values.</param>
    /// <param name="share">Share of the way to go, 0 to 1.</param>
    public static void Average(Tensor[] averages, Tensor[] weights, double share) => Change("average", averages, weights, share);

    private static void Change(string function, params object[] arguments)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        Invoke(function, [.. arguments.Select(argument => argument is double number ? Numbers.Of(number) : argument)]);
    }

    /// <summary>Forward LSTM layers over batch-first steps, in any one type.</summary>
    /// <param name="steps">[B, T, D].</param>
    /// <param name="state">First hidden and cell state, [layers, B, H].</param>
    /// <param name="weights">For each layer: input weights, recurrent weights, input bias, recurrent bias.</param>
    /// <param name="layers">Number of layers.</param>
    /// <returns>States of the last layer, [B, T, H].</returns>
    public static Tensor Lstm(Tensor steps, Tensor state, Tensor[] weights, long layers) => Invoke("lstm", steps, state, weights, checked((int)layers));

    private static Tensor Invoke(string function, params object[] arguments)
    {
        var result = (Tensor)_functions.Value.invoke(function, arguments)!;
        GC.KeepAlive(arguments);
        return result;
    }
}
