using Subloc.MLNet.TorchSharp.Native;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Optimization;

/// <summary>Changes a network's weights by their gradients, all in few calls.</summary>
/// <remarks>Its tensors belong to it, not to the dispose scope in which they are made.</remarks>
internal abstract class WeightOptimizer : IDisposable
{
    private readonly Dictionary<string, Tensor> _state = [];
    private readonly Tensor[] _weights;

    /// <param name="weights">Weights by name, in the network's order.</param>
    protected WeightOptimizer(IEnumerable<(string Name, Parameter Weight)> weights)
    {
        Names = [.. weights.Select(weight => weight.Name)];
        _weights = [.. weights.Select(weight => weight.Weight)];
        using var frozen = no_grad();
        Weights = [.. _weights.Select(weight => InMemoryOrder(weight, weight).DetachFromDisposeScope())];
    }

    /// <summary>What a later run needs to go on where this one stands: tensors by name, to be read from and written into.</summary>
    public IReadOnlyDictionary<string, Tensor> State => _state;

    /// <summary>Names of the weights.</summary>
    protected IReadOnlyList<string> Names { get; }

    /// <summary>The weights.</summary>
    protected IReadOnlyList<Tensor> Weights { get; }

    /// <summary>Updates the weights that have a gradient.</summary>
    /// <param name="learningRate">Size of the step.</param>
    /// <param name="gradientScale">Factor of the gradients, which are changed by it.</param>
    /// <param name="clipNorm">Length that the gradients of all weights together are shortened to if they are longer; null leaves them.</param>
    public void Step(double learningRate, double gradientScale = 1, double? clipNorm = null)
    {
        using var scope = NewDisposeScope();
        Tensor?[] all = [.. _weights.Select(weight => weight.grad is { } gradient ? InMemoryOrder(gradient, weight) : null)];
        int[] present = [.. Enumerable.Range(0, all.Length).Where(i => all[i] is not null)];
        if (present.Length == 0)
            return;

        Tensor[] gradients = [.. present.Select(i => all[i]!)];
        if (gradientScale != 1)
            TorchOperators.Scale(gradients, gradientScale);
        if (clipNorm is { } limit)
            TorchOperators.Clip(gradients, limit);
        Step(present, gradients, learningRate);
    }

    /// <summary>Forgets the gradients; the next backward pass makes new ones instead of adding to them.</summary>
    public void ClearGradients()
    {
        foreach (Tensor weight in _weights)
            weight.grad = null;
    }

    public void Dispose()
    {
        foreach (Tensor tensor in _state.Values)
            tensor.Dispose();
        foreach (Tensor weight in Weights)
            weight.Dispose();
    }

    // Kernels of convolutions lie in memory as features do, [F, K, D]; libtorch's operators for all weights want them in that order.
    private static Tensor InMemoryOrder(Tensor tensor, Tensor weight) =>
        weight.dim() == 3 && weight.stride(1) == 1 ? tensor.transpose(1, 2).contiguous() : tensor.alias();

    /// <param name="present">Which weights have a gradient.</param>
    /// <param name="gradients">Those gradients.</param>
    /// <param name="learningRate">Size of the step.</param>
    protected abstract void Step(int[] present, Tensor[] gradients, double learningRate);

    /// <summary>Makes one tensor of state a weight, like the weights and zero.</summary>
    protected Tensor[] MakeState(string kind) => [.. Names.Zip(Weights, (name, weight) => Keep($"{name}.{kind}", zeros_like(weight)))];

    /// <summary>Makes one count a weight.</summary>
    protected Tensor[] MakeCounts(string kind) => [.. Names.Zip(Weights, (name, weight) => Keep($"{name}.{kind}", zeros([], ScalarType.Float32, weight.device)))];

    /// <summary>The entries of a list with one entry a weight that belong to the chosen weights.</summary>
    protected static Tensor[] Choose(IReadOnlyList<Tensor> tensors, int[] chosen) =>
        chosen.Length == tensors.Count ? [.. tensors] : [.. chosen.Select(i => tensors[i])];

    /// <summary>Divides weights into named ones and the others; empty groups are left out.</summary>
    /// <param name="present">Which weights have a gradient.</param>
    /// <param name="gradients">Those gradients.</param>
    /// <param name="named">Names of the weights in the first group; null if there is none.</param>
    protected IEnumerable<(int[] Chosen, Tensor[] Gradients, bool IsNamed)> Split(int[] present, Tensor[] gradients, IReadOnlySet<string>? named) =>
        named is null
            ? [(present, gradients, false)]
            : present.Zip(gradients)
                .GroupBy(pair => named.Contains(Names[pair.First]))
                .Select(group => (group.Select(pair => pair.First).ToArray(), group.Select(pair => pair.Second).ToArray(), group.Key));

    private Tensor Keep(string name, Tensor tensor) => _state[name] = tensor.detach().DetachFromDisposeScope();
}
