using Subloc.MLNet.Onnx.Export;

namespace Subloc.MLNet.TorchSharp.Export;

/// <summary>Which positions of a padded batch belong to its proteins, in an exported network.</summary>
/// <remarks>The counterpart of <see cref="Layers.PositionMask"/>.</remarks>
internal sealed class OnnxPositions
{
    private readonly OnnxGraph _graph;
    private readonly OnnxValue _mask;

    private OnnxPositions(OnnxGraph graph, OnnxValue mask)
    {
        _graph = graph;
        _mask = mask;
    }

    /// <summary>The positions of a mask.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="mask">[B, L], float32.</param>
    public static OnnxPositions Of(OnnxGraph graph, OnnxValue mask) => new(graph, graph.Unsqueeze(mask, 1, 2));

    /// <summary>Zeroes features on padding.</summary>
    /// <param name="features">[B, C, 1, L].</param>
    public OnnxValue Zero(OnnxValue features) => _graph.Mul(features, _mask);

    /// <summary>Which positions belong to proteins, bool [B, 1, L].</summary>
    public OnnxValue Residues() => _graph.Cast(_graph.Squeeze(_mask, 2), OnnxType.Bool);

    /// <summary>The positions after a 'same' layer of a stride.</summary>
    public OnnxPositions Strided(long stride) => stride == 1 ? this : new OnnxPositions(_graph, _graph.Slice(_mask, 3, 0, step: stride));

    /// <summary>The mean over each protein's positions.</summary>
    /// <param name="features">[B, C, 1, L], zero on padding.</param>
    /// <returns>[B, C].</returns>
    public OnnxValue Average(OnnxValue features) =>
        _graph.Flatten(_graph.Div(_graph.GlobalAveragePool(features), _graph.GlobalAveragePool(_mask)));
}
