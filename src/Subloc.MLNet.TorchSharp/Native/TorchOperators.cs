using TorchSharp;
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

        def muon(weights: List[Tensor], gradients: List[Tensor], velocities: List[Tensor], rate: Tensor, momentum: Tensor, decay: Tensor, short: Tensor) -> Tensor:
          for i in range(len(weights)):
            velocity = velocities[i].mul_(float(momentum)).add_(gradients[i])
            step = (gradients[i] + velocity * float(momentum)).flatten(1)
            turned = step.size(0) > step.size(1)
            if turned:
              step = step.t()
            longer = float(step.size(1))
            step = step / (step.norm() + 0.0000001)
            if float(short) > 0.0:
              step = step.to(15)
            for round in range(5):
              square = step.matmul(step.t())
              step = step * 3.4445 + (square * -4.775 + square.matmul(square) * 2.0315).matmul(step)
            if turned:
              step = step.t()
            weights[i].mul_(1.0 - float(rate) * float(decay)).add_(step.to(weights[i].dtype).reshape(weights[i].shape), alpha=-0.2 * float(rate) * longer ** 0.5)
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

        def rows_of(image: Tensor) -> Tensor:
          return image.permute(0, 2, 3, 1).view(-1, image.size(1))

        def normalise(features: Tensor, kernel: Optional[Tensor], kernel_bias: Optional[Tensor], stride: int, sides: int, padding: Tensor, shortcut: Optional[Tensor], activates: bool, weight: Tensor, bias: Tensor, running_mean: Tensor, running_variance: Tensor, momentum: float, epsilon: float) -> List[Tensor]:
          image = features.data.unsqueeze(2)
          if kernel is not None and kernel_bias is not None:
            image = torch.conv2d(image, kernel.to(image.dtype).unsqueeze(2), kernel_bias.to(image.dtype), [1, stride], [0, sides])
          image = image.contiguous(memory_format=2)
          rows = rows_of(image)
          if padding.size(0) > 0:
            rows.index_fill_(0, padding, 0.0)
          mean, variance = torch.batch_norm_update_stats(image, torch.zeros_like(running_mean), torch.zeros_like(running_variance), 0.0)
          if padding.size(0) > 0:
            valid = float(rows.size(0) - padding.size(0))
            variance = ((variance - mean * mean * (float(padding.size(0)) / valid)) * (float(rows.size(0)) / valid)).clamp_min_(0.0)
            mean = mean * (float(rows.size(0)) / valid)
            rows.index_copy_(0, padding, mean.to(rows.dtype).expand(padding.size(0), -1))
          running_mean.lerp_(mean, momentum)
          running_variance.lerp_(variance, momentum)
          output = torch.native_batch_norm(image, weight, bias, mean, variance, False, 0.0, epsilon)[0]
          if shortcut is not None:
            output.add_(shortcut.unsqueeze(2))
          if activates:
            output.relu_()
          if padding.size(0) > 0:
            rows_of(output).index_fill_(0, padding, 0.0)
          return [output, image, mean, variance.add_(epsilon).rsqrt_()]

        def normalise_backward(slope: Tensor, image: Tensor, output: Optional[Tensor], padding: Tensor, weight: Tensor, mean: Tensor, deviation: Tensor) -> List[Tensor]:
          gradient = slope
          if output is not None:
            gradient = torch.threshold_backward(slope, output, 0.0).contiguous(memory_format=2)
          elif padding.size(0) > 0:
            gradient = slope.clone(memory_format=2)
            rows_of(gradient).index_fill_(0, padding, 0.0)
          else:
            gradient = slope.contiguous(memory_format=2)
          if padding.size(0) == 0:
            whole = torch.native_batch_norm_backward(gradient, image, weight, None, None, mean, deviation, True, 0.0, [True, True, True])
            return [whole[0], whole[1], whole[2], gradient.squeeze(2)]
          rows = rows_of(gradient)
          valid = rows.size(0) - padding.size(0)
          root = (float(valid) / float(rows.size(0))) ** 0.5
          sum = rows.sum(0, dtype=mean.dtype)
          rows.index_copy_(0, padding, (sum / valid).to(rows.dtype).expand(padding.size(0), -1))
          parts = torch.native_batch_norm_backward(gradient, image, weight * root, None, None, mean, deviation / root, True, 0.0, [True, True, False])
          rows.index_fill_(0, padding, 0.0)
          rows_of(parts[0]).index_fill_(0, padding, 0.0)
          return [parts[0], parts[1] * root, sum, gradient.squeeze(2)]

        def convolve_backward(gradients: List[Tensor], features: Tensor, kernel: Optional[Tensor], stride: int, sides: int, is_input: bool) -> List[Tensor]:
          if kernel is None:
            gradients[0] = gradients[0].squeeze(2)
            return gradients
          parts = torch.convolution_backward(gradients[0], features.unsqueeze(2), kernel.to(features.dtype).unsqueeze(2), [kernel.size(0)], [1, stride], [0, sides], [1, 1], False, [0, 0], 1, [not is_input, True, True])
          if not is_input:
            gradients[0] = parts[0].squeeze(2)
          return gradients + [parts[1].squeeze(2).to(kernel.dtype), parts[2].to(kernel.dtype)]

        def learn_backward(slope: Tensor, features: Tensor, kernel: Optional[Tensor], stride: int, sides: int, is_input: bool, image: Tensor, output: Optional[Tensor], padding: Tensor, weight: Tensor, mean: Tensor, deviation: Tensor) -> List[Tensor]:
          return convolve_backward(normalise_backward(slope, image, output, padding, weight, mean, deviation), features, kernel, stride, sides, is_input)

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

    /// <summary>Muon's update of all weights, in place. Read as matrices, with one row for each entry of the first dimension.</summary>
    /// <param name="weights">Weights of two or more dimensions.</param>
    /// <param name="gradients">Their gradients.</param>
    /// <param name="velocities">Running sums of the gradients, zero at first.</param>
    /// <param name="rate">Learning rate.</param>
    /// <param name="settings">Share of the velocities that is kept, and share taken off the weights for a learning rate of 1.</param>
    /// <param name="isShort">Whether the steps are computed in bfloat16.</param>
    public static void Muon(
        Tensor[] weights, Tensor[] gradients, Tensor[] velocities, double rate, (double Momentum, double Decay) settings, bool isShort) => Change(
        "muon", weights, gradients, velocities, rate, settings.Momentum, settings.Decay, isShort ? 1.0 : 0.0);

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

    /// <summary>Convolves, normalises a batch by its own statistics, adds a shortcut, applies ReLU, all without gradients.</summary>
    /// <param name="features">[B, D, L]; without a convolution its padding is overwritten where the channels of a position lie together.</param>
    /// <param name="convolution">The convolution; without a kernel there is none, and D is C.</param>
    /// <param name="padding">Numbers of the padded positions of the output, [P].</param>
    /// <param name="shortcut">Added after the normalisation, [B, C, windows]; may be null.</param>
    /// <param name="activates">Whether ReLU comes last.</param>
    /// <param name="state">Weight, bias, running mean and running variance, [C]; the running ones are moved.</param>
    /// <param name="numbers">Share by which the running statistics move, and what is added to the variance.</param>
    /// <returns>
    /// The output [B, C, 1, windows], zero on padding, and what <see cref="NormaliseBackward"/> needs: what was normalised,
    /// [B, C, 1, windows], its mean and 1 / deviation, [C].
    /// </returns>
    public static Tensor[] Normalise(
        Tensor features, KernelUse convolution, Tensor padding, Tensor? shortcut, bool activates,
        (Tensor Weight, Tensor Bias, Tensor Mean, Tensor Variance) state, (Scalar Momentum, Scalar Epsilon) numbers) => InvokeMany(
        "normalise", features, convolution.Kernel, convolution.Bias, convolution.Stride, convolution.Sides, padding, shortcut, activates,
        state.Weight, state.Bias, state.Mean, state.Variance, numbers.Momentum, numbers.Epsilon);

    /// <summary>Gradients of <see cref="Normalise"/>.</summary>
    /// <param name="slope">Gradient of the output, [B, C, 1, windows].</param>
    /// <param name="features">The features, [B, D, L].</param>
    /// <param name="isInput">Whether no gradient of the features is asked for; another tensor then stands in its place.</param>
    /// <param name="convolution">The convolution.</param>
    /// <param name="output">The output where ReLU came last, else null.</param>
    /// <param name="padding">Numbers of the padded positions of the output, [P].</param>
    /// <param name="weight">Weight, [C].</param>
    /// <param name="state">What was normalised, its mean and 1 / deviation.</param>
    /// <returns>Gradients of the features, weight, bias and shortcut, and of the convolution's kernel and bias where there is one.</returns>
    public static Tensor[] NormaliseBackward(
        Tensor slope, Tensor features, bool isInput, KernelUse convolution, Tensor? output, Tensor padding, Tensor weight,
        (Tensor Image, Tensor Mean, Tensor Deviation) state) => InvokeMany(
        "learn_backward", slope, features, convolution.Kernel, convolution.Stride, convolution.Sides, isInput,
        state.Image, output, padding, weight, state.Mean, state.Deviation);

    private static Tensor Invoke(string function, params object[] arguments) => (Tensor)InvokeAny(function, arguments);

    private static Tensor[] InvokeMany(string function, params object?[] arguments) => (Tensor[])InvokeAny(function, arguments);

    private static object InvokeAny(string function, object?[] arguments)
    {
        object result = _functions.Value.invoke(function, arguments)!;
        GC.KeepAlive(arguments);
        return result;
    }
}
