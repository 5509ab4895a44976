namespace Subloc.MLNet.Onnx.Export;

/// <summary>Refuses models that would make a program read other files or run other code than ONNX Runtime's own.</summary>
internal static class ForeignContent
{
    // The standard operators, by both of their names, and those that ONNX Runtime brings with it.
    private static readonly string[] _domains = ["", "ai.onnx", "ai.onnx.ml", "com.microsoft"];

    /// <summary>Checks a model.</summary>
    /// <exception cref="InvalidDataException">A tensor lies in another file, or an operator is not one of ONNX Runtime's.</exception>
    public static void Check(ModelProto model, string name)
    {
        CheckGraph(model.Graph, name);
        foreach (FunctionProto function in model.Functions)
            CheckNodes(function.Node, name);
    }

    private static void CheckGraph(GraphProto graph, string name)
    {
        foreach (TensorProto tensor in graph.Initializer)
            CheckTensor(tensor, name);
        foreach (SparseTensorProto tensor in graph.SparseInitializer)
            CheckTensor(tensor, name);
        CheckNodes(graph.Node, name);
    }

    private static void CheckNodes(IEnumerable<NodeProto> nodes, string name)
    {
        foreach (NodeProto node in nodes)
        {
            if (!_domains.Contains(node.Domain))
                throw new InvalidDataException($"{name}: the ONNX file uses the operator '{node.OpType}' of '{node.Domain}', which needs a library of its own; only operators of ONNX and ONNX Runtime are run.");
            foreach (AttributeProto attribute in node.Attribute)
                CheckAttribute(attribute, name);
        }
    }

    private static void CheckAttribute(AttributeProto attribute, string name)
    {
        foreach (TensorProto? tensor in (TensorProto?[])[attribute.T, .. attribute.Tensors])
            CheckTensor(tensor, name);
        foreach (SparseTensorProto? tensor in (SparseTensorProto?[])[attribute.SparseTensor, .. attribute.SparseTensors])
            CheckTensor(tensor, name);
        foreach (GraphProto? graph in (GraphProto?[])[attribute.G, .. attribute.Graphs])
        {
            if (graph is not null)
                CheckGraph(graph, name);
        }
    }

    private static void CheckTensor(SparseTensorProto? tensor, string name)
    {
        CheckTensor(tensor?.Values, name);
        CheckTensor(tensor?.Indices, name);
    }

    private static void CheckTensor(TensorProto? tensor, string name)
    {
        if (tensor is not null && (tensor.DataLocation != 0 || tensor.ExternalData.Count > 0))
            throw new InvalidDataException($"{name}: the ONNX file keeps '{tensor.Name}' in another file, which is not read; save the model as one file.");
    }
}
