using Microsoft.ML;
using Subloc.Testing;

namespace Subloc.MLNet.Onnx.Tests.Embeddings;

/// <summary>A folder with tiny language models, which vanishes with the test, and what the tests do with them.</summary>
public sealed class TinyModels : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("subloc-");

    internal static TinyTransformer Esm { get; } = new(isEsm: true);

    internal static TinyTransformer Bert { get; } = new(isEsm: false);

    public string Folder => _folder.FullName;

    public string PathOf(string name) => Path.Combine(_folder.FullName, name);

    public string Write(string name, byte[] content)
    {
        File.WriteAllBytes(PathOf(name), content);
        return PathOf(name);
    }

    public string WriteEsm() => Write("esm.onnx", TinyTransformerGraph.Write(Esm));

    public string WriteBert() => Write("bert.onnx", TinyTransformerGraph.Write(Bert));

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>Random residues.</summary>
    public static string Residues(int length, int seed)
    {
        var random = new Random(seed);
        return string.Concat(Enumerable.Range(0, length).Select(_ => "ARNDCQEGHILKMFPSTWYV"[random.Next(20)]));
    }

    public static IDataView Proteins(MLContext context, params string[] sequences) =>
        context.Data.LoadFromEnumerable(sequences.Select((sequence, i) => new Protein { Id = $"P{i}", Sequence = sequence }));

    public static double[][] Vectors(IDataView data, string column = "Features") =>
        [.. RowValues.Read(data, column).Select(row => (double[])row[0])];

    /// <summary>The reference's vectors of the residues, special tokens left out.</summary>
    internal static double[][] Reference(TinyTransformer model, string residues)
    {
        string letters = model.IsEsm ? "LAGVSERTIDPKQNFYMHWCXBUZO" : "LAGVESIKRDTPNQFYMHCWXUBZO";
        int first = model.IsEsm ? 4 : 5;
        int[] tokens = [.. residues.Select(letter => letters.IndexOf(letter, StringComparison.Ordinal) + first)];
        int[] framed = model.IsEsm ? [0, .. tokens, 2] : [2, .. tokens, 3];
        return TinyTransformerReference.Compute(model, framed)[1..^1];
    }

    internal static double[] Mean(double[][] vectors) =>
        [.. Enumerable.Range(0, vectors[0].Length).Select(i => vectors.Average(vector => vector[i]))];

    internal static void AssertClose(double[] expected, double[] actual, double tolerance = 2e-5)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - actual[i]) <= tolerance, $"Value {i}: {expected[i]} and {actual[i]} differ.");
    }

    public sealed class Protein
    {
        public string Id { get; set; } = "";

        public string Sequence { get; set; } = "";
    }
}
