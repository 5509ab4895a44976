using Subloc.MLNet.Onnx.Export;

namespace Subloc.MLNet.Onnx.Tests.Embeddings;

/// <summary>Writes a <see cref="TinyTransformer"/> as ONNX, with the inputs and output of Hugging Face's exports.</summary>
internal sealed class TinyTransformerGraph
{
    private readonly TinyTransformer _model;
    private readonly OnnxGraph _graph = new("tiny");

    private TinyTransformerGraph(TinyTransformer model)
    {
        _model = model;
    }

    public static byte[] Write(TinyTransformer model, string output = "last_hidden_state")
    {
        var writer = new TinyTransformerGraph(model);
        OnnxGraph graph = writer._graph;
        OnnxValue tokens = graph.Input("input_ids", OnnxType.Int64, "batch_size", "sequence_length");
        OnnxValue mask = graph.Cast(graph.Input("attention_mask", OnnxType.Int64, "batch_size", "sequence_length"), OnnxType.Float);
        OnnxValue states = model.IsEsm
            ? graph.Mul(graph.Gather(writer.Weight("tokens"), tokens), graph.Unsqueeze(mask, 2))
            : writer.EmbedBert(tokens, graph.Input("token_type_ids", OnnxType.Int64, "batch_size", "sequence_length"));
        OnnxValue ignored = graph.Unsqueeze(graph.Mul(graph.Sub(graph.Constant(1f), mask), graph.Constant(-1e9f)), 1, 2); // [B, 1, 1, T]
        for (int layer = 0; layer < TinyTransformer.Layers; layer++)
            states = writer.AddLayer(layer, states, ignored, tokens);
        if (model.IsEsm)
            states = writer.Norm("last", states);
        graph.Output(output, states, OnnxType.Float, "batch_size", "sequence_length", model.Width);
        return graph.ToBytes();
    }

    private OnnxValue EmbedBert(OnnxValue tokens, OnnxValue segments)
    {
        OnnxValue places = _graph.Gather(Weight("positions"), Numbers(tokens));
        OnnxValue sum = _graph.Add(_graph.Add(_graph.Gather(Weight("tokens"), tokens), _graph.Gather(Weight("segments"), segments)), places);
        return Norm("embedding", sum);
    }

    private OnnxValue AddLayer(int layer, OnnxValue states, OnnxValue ignored, OnnxValue tokens)
    {
        OnnxValue attended = _graph.Add(states, Attend(layer, _model.IsEsm ? Norm($"{layer}.first", states) : states, ignored, tokens));
        if (!_model.IsEsm)
            attended = Norm($"{layer}.first", attended);
        OnnxValue hidden = Gelu(Linear($"{layer}.up", _model.IsEsm ? Norm($"{layer}.second", attended) : attended));
        OnnxValue result = _graph.Add(attended, Linear($"{layer}.down", hidden));
        return _model.IsEsm ? result : Norm($"{layer}.second", result);
    }

    private OnnxValue Attend(int layer, OnnxValue states, OnnxValue ignored, OnnxValue tokens)
    {
        OnnxValue queries = Heads(Linear($"{layer}.query", states));
        OnnxValue keys = Heads(Linear($"{layer}.key", states));
        OnnxValue values = Heads(Linear($"{layer}.value", states));
        if (_model.IsEsm)
            (queries, keys) = (Rotate(queries, tokens), Rotate(keys, tokens));
        OnnxValue scale = _graph.Constant(1 / MathF.Sqrt(_model.Width / TinyTransformer.Heads));
        OnnxValue scores = _graph.Mul(_graph.MatMul(queries, _graph.Transpose(keys, 0, 1, 3, 2)), scale); // [B, heads, T, T]
        OnnxValue weights = _graph.Softmax(_graph.Add(scores, ignored));
        OnnxValue context = _graph.Reshape(_graph.Transpose(_graph.MatMul(weights, values), 0, 2, 1, 3), 0, 0, _model.Width);
        return Linear($"{layer}.output", context);
    }

    // x cos + (-second half, first half) sin, with angles position / 10000^(2 i / d).
    private OnnxValue Rotate(OnnxValue x, OnnxValue tokens)
    {
        int size = _model.Width / TinyTransformer.Heads, half = size / 2;
        float[] rates = [.. Enumerable.Range(0, size).Select(i => (float)Math.Pow(10000, -2.0 * (i % half) / size))];
        OnnxValue angles = _graph.Mul(_graph.Unsqueeze(_graph.Cast(Numbers(tokens), OnnxType.Float), 1), _graph.Constant<float>(rates, [size])); // [T, d]
        OnnxValue turned = _graph.Concat(-1, _graph.Neg(_graph.Slice(x, 3, half)), _graph.Slice(x, 3, 0, half));
        return _graph.Add(_graph.Mul(x, _graph.Cos(angles)), _graph.Mul(turned, _graph.Sin(angles)));
    }

    private OnnxValue Numbers(OnnxValue tokens) => _graph.Range(
        _graph.Constant<long>([0], []), _graph.Squeeze(_graph.SizeOf(tokens, 1), 0), _graph.Constant<long>([1], []));

    private OnnxValue Heads(OnnxValue x) => _graph.Transpose(_graph.Reshape(x, 0, 0, TinyTransformer.Heads, _model.Width / TinyTransformer.Heads), 0, 2, 1, 3);

    private OnnxValue Gelu(OnnxValue x) => _graph.Mul(
        _graph.Mul(x, _graph.Constant(0.5f)),
        _graph.Add(_graph.Constant(1f), _graph.Erf(_graph.Mul(x, _graph.Constant(1 / MathF.Sqrt(2))))));

    private OnnxValue Linear(string name, OnnxValue x) => _graph.Add(_graph.MatMul(x, Weight(name + ".weight")), Weight(name + ".bias"));

    private OnnxValue Norm(string name, OnnxValue x) =>
        _graph.LayerNormalization(x, Weight(name + ".scale"), Weight(name + ".shift"), _model.Epsilon);

    private OnnxValue Weight(string name) => _graph.Constant<float>(_model[name].Values, _model[name].Shape);
}
