using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Subloc.MLNet.Onnx.Embeddings;

namespace Subloc.MLNet.Onnx.Tests.Embeddings;

/// <summary>Embeds in a process of its own.</summary>
internal static class EmbeddingProcess
{
    public static string[] Sequences { get; } = [.. Enumerable.Range(0, 400).Select(i => TinyModels.Residues(5 + i % 50, i))];

    /// <summary>Embeds the sequences with a cache, one protein at a time.</summary>
    public static int Embed(string model, string folder, string order)
    {
        var context = new MLContext();
        IDataView data = TinyModels.Proteins(context, order == "1" ? Sequences : [.. Sequences.Reverse()]);
        var options = new ProteinEmbeddingOptions { CacheFolder = folder, BatchTokens = 1, Threads = 1 };
        IDataView embedded = context.Transforms.EmbedProtein(model, options).Fit(data).Transform(data);
        return TinyModels.Vectors(embedded).Length == Sequences.Length ? 0 : 1;
    }

    /// <summary>Loads a pipeline without naming a type of this library, and writes the first value of a protein's embedding.</summary>
    public static int Load(string pipeline)
    {
        var context = new MLContext();
        ITransformer loaded = context.Model.Load(pipeline, out DataViewSchema _);
        IDataView embedded = loaded.Transform(context.Data.LoadFromEnumerable([new { Sequence = "MKV" }]));
        using DataViewRowCursor cursor = embedded.GetRowCursor(embedded.Schema);
        ValueGetter<VBuffer<float>> getter = cursor.GetGetter<VBuffer<float>>(embedded.Schema["Features"]);
        VBuffer<float> value = default;
        cursor.MoveNext();
        getter(ref value);
        Console.WriteLine(value.GetValues()[0].ToString("R", CultureInfo.InvariantCulture));
        return 0;
    }
}
