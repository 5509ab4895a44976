using Subloc.MLNet.TorchSharp.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Layers;

/// <summary>Convolution, batch normalisation over the valid positions, shortcut and ReLU as one operation of the gradient graph.</summary>
/// <remarks>
/// <para>
/// Forward: with zeros on padding, the N positions together have mean m n / N, where m is the mean of the n valid ones, and from the
/// variance V over all of them follows that of the valid ones, (V - (m n / N)^2 (N - n) / n) N / n.
/// </para>
/// <para>
/// Backward: libtorch's own pass for all N positions is that of the valid ones if padding holds their mean, both among the features and
/// among the gradients, and if the deviation and the weight are scaled by sqrt(n / N) and its inverse. Gradients of the weights are
/// added to the weights' own; only those of the features and the shortcut are returned.
/// </para>
/// </remarks>
internal sealed class MaskedNormalization : autograd.SingleTensorFunction<MaskedNormalization>
{
    // What the latest backward pass on this thread returned; by the next one the engine has taken it over.
    [ThreadStatic]
    private static Tensor[]? _returned;

    /// <inheritdoc/>
    public override string Name => nameof(MaskedNormalization);

    /// <summary>Convolves, normalises, adds the shortcut, applies ReLU.</summary>
    /// <param name="features">[B, D, L], float32 or bfloat16; without a convolution its padding is overwritten.</param>
    /// <param name="convolution">The convolution; none where it is <see cref="KernelUse.None"/>, and D is C.</param>
    /// <param name="positions">Which positions of the output count.</param>
    /// <param name="shortcut">[B, C, windows]; may be null.</param>
    /// <param name="activates">Whether ReLU comes last.</param>
    /// <param name="state">Weight, bias, running mean and running variance, [C].</param>
    /// <param name="numbers">Share by which the running statistics move, and what is added to the variance.</param>
    /// <returns>[B, C, windows], zero on padding.</returns>
    public static Tensor Of(
        Tensor features, KernelUse convolution, PositionMask positions, Tensor? shortcut, bool activates,
        (Tensor Weight, Tensor Bias, Tensor Mean, Tensor Variance) state, (Scalar Momentum, Scalar Epsilon) numbers) => apply(
        features, state.Weight, state.Bias, shortcut!, convolution.Kernel!, convolution.Bias!, positions.Padding, state.Mean, state.Variance,
        new Setting(convolution, state.Weight, state.Bias, activates, shortcut is not null, !features.requires_grad), numbers).squeeze(2);

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        using var scope = NewDisposeScope();
        var (features, weight, bias, padding) = ((Tensor)vars[0], (Tensor)vars[1], (Tensor)vars[2], (Tensor)vars[6]);
        var setting = (Setting)vars[9];
        Tensor[] results = TorchOperators.Normalise(
            features, setting.Convolution, padding, (Tensor?)vars[3], setting.Activates,
            (weight, bias, (Tensor)vars[7], (Tensor)vars[8]), ((Scalar, Scalar))vars[10]);
        ctx.save_data(nameof(Setting), setting);
        ctx.save_for_backward([.. results.Select(result => result.MoveToOuterDisposeScope()), features, padding]);
        return results[0];
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        Release(_returned ?? []);
        var setting = (Setting)ctx.get_data(nameof(Setting));
        List<Tensor> saved = ctx.get_saved_variables();
        _returned = TorchOperators.NormaliseBackward(
            grad_output, saved[4], setting.IsInput, setting.Convolution, setting.Activates ? saved[0] : null, saved[5], setting.Weight,
            (saved[1], saved[2], saved[3]));
        Add(setting.Weight, _returned[1]);
        Add(setting.Bias, _returned[2]);
        if (setting.Convolution is { Kernel: { } kernel, Bias: { } kernelBias })
        {
            Add(kernel, _returned[4]);
            Add(kernelBias, _returned[5]);
        }

        Release([grad_output, .. saved]);
        ctx.Dispose();
        Tensor none = null!;
        return
        [
            setting.IsInput ? none : _returned[0], none, none, setting.HasShortcut ? _returned[3] : none,
            none, none, none, none, none, none, none,
        ];
    }

    // Done here and not by the engine, which copies a gradient that anybody else, here C#, still refers to.
    private static void Add(Tensor weight, Tensor gradient)
    {
        if (!weight.requires_grad)
            return;

        using Tensor? earlier = weight.grad;
        if (earlier is null)
            weight.grad = gradient;
        else
            earlier.add_(gradient, Numbers.One);
    }

    // Memory is used again at once by the layers before.
    private static void Release(IEnumerable<Tensor> tensors)
    {
        foreach (Tensor tensor in tensors)
            tensor.Dispose();
    }

    private sealed record Setting(KernelUse Convolution, Tensor Weight, Tensor Bias, bool Activates, bool HasShortcut, bool IsInput);
}
