namespace Subloc.MLNet.Onnx.Tests.Embeddings;

/// <summary>Sizes and random weights of a tiny encoder of exactly the shape of ESM-2 or of BERT.</summary>
internal sealed class TinyTransformer
{
    private readonly Dictionary<string, (float[] Values, long[] Shape)> _weights = [];
    private readonly Random _random;

    /// <param name="isEsm">Rotary positions and normalisation before each part, as in ESM-2, rather than learned positions and normalisation behind, as in BERT.</param>
    /// <param name="seed">Seed of the weights.</param>
    /// <param name="tokens">Rows of the token table.</param>
    /// <param name="width">H.</param>
    public TinyTransformer(bool isEsm, int seed = 1, int? tokens = null, int width = 12)
    {
        IsEsm = isEsm;
        Width = width;
        _random = new Random(seed);
        Add("tokens", 1, tokens ?? (isEsm ? 33 : 30), Width);
        if (!isEsm)
        {
            Add("positions", 1, Positions, Width);
            Add("segments", 1, 2, Width);
            AddNorm("embedding");
        }

        for (int layer = 0; layer < Layers; layer++)
        {
            foreach (string part in (string[])["query", "key", "value", "output"])
                AddLinear($"{layer}.{part}", Width, Width);
            AddLinear($"{layer}.up", Width, Hidden);
            AddLinear($"{layer}.down", Hidden, Width);
            AddNorm($"{layer}.first");
            AddNorm($"{layer}.second");
        }

        if (isEsm)
            AddNorm("last");
    }

    public bool IsEsm { get; }

    /// <summary>H.</summary>
    public int Width { get; }

    public const int Heads = 2;

    public const int Layers = 2;

    public const int Hidden = 20;

    /// <summary>Rows of BERT's table of positions, and so its limit.</summary>
    public const int Positions = 64;

    public float Epsilon => IsEsm ? 1e-5f : 1e-12f;

    /// <summary>Weights by name, with their shape; matrices are [in, out].</summary>
    public (float[] Values, long[] Shape) this[string name] => _weights[name];

    private void AddLinear(string name, int inputs, int outputs)
    {
        Add(name + ".weight", 1.5 / Math.Sqrt(inputs), inputs, outputs);
        Add(name + ".bias", 0.3, outputs);
    }

    private void AddNorm(string name)
    {
        Add(name + ".scale", 0.4, Width);
        Add(name + ".shift", 0.3, Width);
        foreach (ref float value in _weights[name + ".scale"].Values.AsSpan())
            value += 1;
    }

    private void Add(string name, double spread, params long[] shape)
    {
        var values = new float[shape.Aggregate(1L, (product, size) => product * size)];
        foreach (ref float value in values.AsSpan())
            value = (float)(spread * (_random.NextDouble() * 2 - 1));
        _weights.Add(name, (values, shape));
    }
}
