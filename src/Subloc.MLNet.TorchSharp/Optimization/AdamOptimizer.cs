using Subloc.MLNet.TorchSharp.Native;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Optimization;

/// <summary>Adam: Kingma and Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015. Epsilon is Keras'.</summary>
internal sealed class AdamOptimizer : WeightOptimizer
{
    private const double Beta1 = 0.9;
    private const double Beta2 = 0.999;
    private const double Epsilon = 1e-7;

    private readonly Tensor[] _means;
    private readonly Tensor[] _squares;
    private readonly Tensor[] _steps;

    public AdamOptimizer(IEnumerable<(string Name, Parameter Weight)> weights)
        : base(weights)
    {
        _means = MakeState("mean");
        _squares = MakeState("square");
        _steps = MakeCounts("steps");
    }

    protected override void Step(int[] present, Tensor[] gradients, double learningRate) => TorchOperators.Adam(
        Choose(Weights, present), gradients, Choose(_means, present), Choose(_squares, present), Choose(_steps, present), learningRate, Beta1, Beta2, Epsilon);

    private static Tensor[] Choose(IReadOnlyList<Tensor> tensors, int[] present) =>
        present.Length == tensors.Count ? [.. tensors] : [.. present.Select(i => tensors[i])];
}
