namespace Subloc.MLNet.Onnx.Tests.Embeddings;

/// <summary>Works a <see cref="TinyTransformer"/> out for one protein, in double precision and plain loops, from the published equations.</summary>
internal static class TinyTransformerReference
{
    /// <summary>The last states, [tokens][H].</summary>
    public static double[][] Compute(TinyTransformer model, int[] tokens)
    {
        double[][] states = [.. tokens.Select((token, place) => Embed(model, token, place))];
        for (int layer = 0; layer < TinyTransformer.Layers; layer++)
            states = Layer(model, layer, states);
        return model.IsEsm ? Map(states, state => Norm(model, "last", state)) : states;
    }

    private static double[] Embed(TinyTransformer model, int token, int place)
    {
        double[] state = Row(model, "tokens", token);
        return model.IsEsm ? state : Norm(model, "embedding", Sum(Sum(state, Row(model, "positions", place)), Row(model, "segments", 0)));
    }

    private static double[][] Layer(TinyTransformer model, int layer, double[][] states)
    {
        double[][] attended = Attend(model, layer, model.IsEsm ? Map(states, state => Norm(model, $"{layer}.first", state)) : states);
        attended = [.. states.Zip(attended, Sum)];
        if (!model.IsEsm)
            attended = Map(attended, state => Norm(model, $"{layer}.first", state));
        return Map(attended, state =>
        {
            double[] input = model.IsEsm ? Norm(model, $"{layer}.second", state) : state;
            double[] hidden = Array.ConvertAll(Linear(model, $"{layer}.up", input), Gelu);
            double[] result = Sum(state, Linear(model, $"{layer}.down", hidden));
            return model.IsEsm ? result : Norm(model, $"{layer}.second", result);
        });
    }

    private static double[][] Attend(TinyTransformer model, int layer, double[][] states)
    {
        int size = model.Width / TinyTransformer.Heads;
        double[][] queries = Map(states, state => Linear(model, $"{layer}.query", state));
        double[][] keys = Map(states, state => Linear(model, $"{layer}.key", state));
        double[][] values = Map(states, state => Linear(model, $"{layer}.value", state));
        var result = new double[states.Length][];
        for (int t = 0; t < states.Length; t++)
        {
            var context = new double[model.Width];
            for (int head = 0; head < TinyTransformer.Heads; head++)
            {
                var scores = new double[states.Length];
                for (int s = 0; s < states.Length; s++)
                {
                    double[] query = queries[t][(head * size)..((head + 1) * size)], key = keys[s][(head * size)..((head + 1) * size)];
                    if (model.IsEsm)
                        (query, key) = (Rotate(query, t), Rotate(key, s));
                    scores[s] = query.Zip(key, (a, b) => a * b).Sum() / Math.Sqrt(size);
                }

                double most = scores.Max(), total = scores.Sum(score => Math.Exp(score - most));
                for (int s = 0; s < states.Length; s++)
                {
                    for (int i = 0; i < size; i++)
                        context[head * size + i] += Math.Exp(scores[s] - most) / total * values[s][head * size + i];
                }
            }

            result[t] = Linear(model, $"{layer}.output", context);
        }

        return result;
    }

    // Pairs (i, i + d / 2) turn by position / 10000^(2 i / d).
    private static double[] Rotate(double[] vector, int place)
    {
        int half = vector.Length / 2;
        var turned = new double[vector.Length];
        for (int i = 0; i < half; i++)
        {
            (double sin, double cos) = Math.SinCos(place * Math.Pow(10000, -2.0 * i / vector.Length));
            turned[i] = vector[i] * cos - vector[i + half] * sin;
            turned[i + half] = vector[i + half] * cos + vector[i] * sin;
        }

        return turned;
    }

    private static double[] Linear(TinyTransformer model, string name, double[] x)
    {
        float[] weight = model[name + ".weight"].Values, bias = model[name + ".bias"].Values;
        return [.. bias.Select((shift, output) => shift + x.Select((value, input) => value * weight[input * bias.Length + output]).Sum())];
    }

    private static double[] Norm(TinyTransformer model, string name, double[] x)
    {
        double mean = x.Average(), variance = x.Average(value => (value - mean) * (value - mean));
        float[] scale = model[name + ".scale"].Values, shift = model[name + ".shift"].Values;
        return [.. x.Select((value, i) => (value - mean) / Math.Sqrt(variance + model.Epsilon) * scale[i] + shift[i])];
    }

    private static double Gelu(double x) => 0.5 * x * (1 + Erf(x / Math.Sqrt(2)));

    // Abramowitz and Stegun 7.1.5 (the Taylor series): its terms fall off for the small arguments here.
    private static double Erf(double x)
    {
        if (Math.Abs(x) > 5)
            return Math.Sign(x);
        double term = x, sum = x;
        for (int n = 1; n < 120; n++)
        {
            term *= -x * x / n;
            sum += term / (2 * n + 1);
        }

        return 2 / Math.Sqrt(Math.PI) * sum;
    }

    private static double[] Row(TinyTransformer model, string table, int row) =>
        [.. model[table].Values.Skip(row * model.Width).Take(model.Width).Select(value => (double)value)];

    private static double[] Sum(double[] a, double[] b) => [.. a.Zip(b, (x, y) => x + y)];

    private static double[][] Map(double[][] states, Converter<double[], double[]> map) => Array.ConvertAll(states, map);
}
