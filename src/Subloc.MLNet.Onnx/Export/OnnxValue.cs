namespace Subloc.MLNet.Onnx.Export;

/// <summary>A tensor in an <see cref="OnnxGraph"/>: an input, a constant or what an operator gives.</summary>
public sealed class OnnxValue
{
    internal OnnxValue(OnnxGraph graph, string name)
    {
        Graph = graph;
        Name = name;
    }

    /// <summary>Name in the graph.</summary>
    public string Name { get; }

    /// <summary>The graph it belongs to.</summary>
    internal OnnxGraph Graph { get; }

    /// <summary>The name.</summary>
    public override string ToString() => Name;
}
