using Microsoft.ML;
using Microsoft.ML.Data;

namespace Subloc.MLNet.Onnx.Tests.Scoring;

/// <summary>Random sequences, and what models give for them.</summary>
internal static class ScoredProteins
{
    public static string[] Random(int count, int longest, int seed = 3)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.GetString("ACDEFGHIKLMNPQRSTVWYX", 1 + random.Next(longest)))];
    }

    public static IDataView Load(MLContext context, IEnumerable<string> sequences) =>
        context.Data.LoadFromEnumerable(sequences.Select(sequence => new Protein { Sequence = sequence }));

    /// <summary>The scores of each row.</summary>
    public static List<float[]> Scores(IDataView scored)
    {
        var all = new List<float[]>();
        using DataViewRowCursor cursor = scored.GetRowCursor([scored.Schema[ColumnNames.Score]]);
        ValueGetter<VBuffer<float>> getter = cursor.GetGetter<VBuffer<float>>(scored.Schema[ColumnNames.Score]);
        VBuffer<float> value = default;
        while (cursor.MoveNext())
        {
            getter(ref value);
            all.Add([.. value.DenseValues()]);
        }

        return all;
    }

    public static void AssertNear(IEnumerable<float> expected, IEnumerable<float> actual) =>
        Assert.All(expected.Zip(actual, (first, second) => (first, second)), pair => Assert.Equal(pair.first, pair.second, 1e-5));

    public sealed class Protein
    {
        public string Sequence { get; set; } = "";
    }

    public sealed class Prediction
    {
        [ColumnName("PredictedLabel")]
        public uint Label { get; set; }

        public float[] Score { get; set; } = [];
    }

    /// <summary>Largest difference between two scores of a protein.</summary>
    public static double Difference(IReadOnlyList<float[]> expected, IReadOnlyList<float[]> actual) =>
        expected.Zip(actual).Max(rows => rows.First.Zip(rows.Second).Max(pair => Math.Abs(pair.First - pair.Second)));
}
