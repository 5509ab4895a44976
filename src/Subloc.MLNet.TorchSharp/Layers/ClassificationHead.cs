using Subloc.MLNet.Onnx.Export;
using Subloc.MLNet.TorchSharp.Export;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Subloc.MLNet.TorchSharp.Layers;

/// <summary>Fully connected layers with ReLU and dropout, then one value a class.</summary>
internal sealed class ClassificationHead : nn.Module<Tensor, Tensor>
{
    [ComponentName(Name = "hidden")]
    private readonly ModuleList<Linear> _hidden;

    [ComponentName(Name = "dropout")]
    private readonly Dropout _dropout;

    [ComponentName(Name = "classes")]
    private readonly Linear _classes;

    /// <summary>Builds the head.</summary>
    /// <param name="inputs">Values in.</param>
    /// <param name="hidden">Units of each hidden layer; may be empty.</param>
    /// <param name="dropout">Share dropped after each hidden layer but the last, or after the only one.</param>
    /// <param name="classes">Values out.</param>
    internal ClassificationHead(long inputs, IReadOnlyList<int> hidden, double dropout, long classes)
        : base(nameof(ClassificationHead))
    {
        _hidden = new ModuleList<Linear>([.. hidden.Select((units, i) => KerasInit.Linear(i == 0 ? inputs : hidden[i - 1], units))]);
        _dropout = nn.Dropout(dropout);
        _classes = KerasInit.Linear(hidden.Count == 0 ? inputs : hidden[^1], classes);
        RegisterComponents();
    }

    public override Tensor forward(Tensor features)                     // [B, F]
    {
        using var scope = NewDisposeScope();
        features = features.to_type(_classes.weight!.dtype);
        for (int i = 0; i < _hidden.Count; i++)
        {
            features = F.relu(_hidden[i].forward(features));            // [B, H]
            if (i < _hidden.Count - 1 || i == 0)
                features = _dropout.forward(features);
        }

        return _classes.forward(features).MoveToOuterDisposeScope();    // [B, C]
    }

    /// <summary>Adds the head to a graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="features">[B, F].</param>
    /// <returns>[B, C].</returns>
    internal OnnxValue Export(OnnxGraph graph, OnnxValue features)
    {
        foreach (Linear layer in _hidden)
            features = graph.Relu(graph.Linear(features, graph.Weights(layer.weight!), graph.Weights(layer.bias!)));

        return graph.Linear(features, graph.Weights(_classes.weight!), graph.Weights(_classes.bias!));
    }
}
