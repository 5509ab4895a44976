using Subloc.MLNet.TorchSharp.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Layers;

/// <summary>Batch normalisation over the valid positions, a shortcut and ReLU as one operation of the gradient graph.</summary>
/// <remarks>
/// <para>
/// Forward: with zeros on padding, the N positions together have mean m n / N, where m is the mean of the n valid ones, and from the
/// variance V over all of them follows that of the valid ones, (V - (m n / N)^2 (N - n) / n) N / n.
/// </para>
/// <para>
/// Backward: libtorch's own pass for all N positions is that of the valid ones if padding holds their mean, both among the features and
/// among the gradients, and if the deviation and the weight are scaled by sqrt(n / N) and its inverse.
/// </para>
/// </remarks>
internal sealed class MaskedNormalization : autograd.SingleTensorFunction<MaskedNormalization>
{
    private const string Activates = "activates";
    private const string HasShortcut = "shortcut";

    // What the latest backward pass on this thread returned; by the next one the engine has taken it over.
    [ThreadStatic]
    private static Tensor[]? _returned;

    /// <inheritdoc/>
    public override string Name => nameof(MaskedNormalization);

    /// <summary>Normalises, adds the shortcut, applies ReLU.</summary>
    /// <param name="features">[B, C, L], float32 or bfloat16; its padding is overwritten.</param>
    /// <param name="positions">Which positions count.</param>
    /// <param name="shortcut">[B, C, L]; may be null.</param>
    /// <param name="activates">Whether ReLU comes last.</param>
    /// <param name="state">Weight, bias, running mean and running variance, [C].</param>
    /// <param name="momentum">Share by which the running statistics move.</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <returns>[B, C, L], zero on padding.</returns>
    public static Tensor Of(
        Tensor features, PositionMask positions, Tensor? shortcut, bool activates,
        (Tensor Weight, Tensor Bias, Tensor Mean, Tensor Variance) state, Scalar momentum, Scalar epsilon) => apply(
        features, state.Weight, state.Bias, shortcut!, positions.Padding, state.Mean, state.Variance, activates, momentum, epsilon).squeeze(2);

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        using var scope = NewDisposeScope();
        var (features, weight, bias, shortcut, padding) = ((Tensor)vars[0], (Tensor)vars[1], (Tensor)vars[2], (Tensor?)vars[3], (Tensor)vars[4]);
        bool activates = (bool)vars[7];
        Tensor[] results = TorchOperators.Normalise(
            features, padding, shortcut, activates, (weight, bias, (Tensor)vars[5], (Tensor)vars[6]), (Scalar)vars[8], (Scalar)vars[9]);
        ctx.save_data(Activates, activates);
        ctx.save_data(HasShortcut, shortcut is not null);
        ctx.save_for_backward([.. results.Select(result => result.MoveToOuterDisposeScope()), padding, weight]);
        return results[0];
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        Release(_returned ?? []);
        List<Tensor> saved = ctx.get_saved_variables();
        Tensor? output = (bool)ctx.get_data(Activates) ? saved[0] : null;
        _returned = TorchOperators.NormaliseBackward(grad_output, saved[1], output, saved[4], saved[5], saved[2], saved[3]);
        Release([grad_output, .. saved]);
        ctx.Dispose();
        Tensor? shortcut = (bool)ctx.get_data(HasShortcut) ? _returned[3] : null;
        return [_returned[0], _returned[1], _returned[2], shortcut!, null!, null!, null!, null!, null!, null!];
    }

    // Memory is used again at once by the layers before.
    private static void Release(IEnumerable<Tensor> tensors)
    {
        foreach (Tensor tensor in tensors)
            tensor.Dispose();
    }
}
