using System.Text.Json.Serialization;
using Microsoft.ML;
using Subloc.Cli.Failures;
using Subloc.MLNet.Onnx;
using Subloc.MLNet.Onnx.Embeddings;
using Subloc.MLNet.Onnx.Embeddings.Stored;

namespace Subloc.Cli.Data;

/// <summary>Where the embeddings of proteins come from.</summary>
/// <param name="File">A file of embeddings; null where a language model computes them.</param>
/// <param name="LanguageModel">The language model; null where they come from a file, or from the language model that a model was saved with.</param>
/// <param name="Cache">Folder in which computed embeddings are kept; null for none.</param>
internal sealed record EmbeddingRequest(string? File, string? LanguageModel, string? Cache)
{
    /// <summary>Column of embeddings: by its name a model tells that it does not read profiles.</summary>
    public const string Column = "Embedding";

    /// <summary>Processor threads of a language model; 0 leaves the choice to ONNX Runtime.</summary>
    [JsonIgnore]
    public int Threads { get; init; }

    /// <summary>The files that are read.</summary>
    [JsonIgnore]
    public IEnumerable<string> Files => new[] { File, LanguageModel }.OfType<string>();

    /// <summary>The step that computes embeddings with the language model.</summary>
    /// <param name="context">The context.</param>
    /// <param name="columns">What to compute.</param>
    /// <param name="cancellation">Ends the reading of embedded proteins.</param>
    public ProteinEmbeddingEstimator Embed(MLContext context, EmbeddingShape columns, CancellationToken cancellation) =>
        context.Transforms.EmbedProtein(LanguageModel!, new ProteinEmbeddingOptions
        {
            OutputColumnName = columns.Column,
            MaskColumnName = columns.MaskColumn,
            Output = columns.Output,
            Length = columns.Length,
            CacheFolder = Cache,
            Threads = Threads,
            CancellationToken = cancellation,
        });

    /// <summary>The step that takes embeddings from the file.</summary>
    /// <param name="context">The context.</param>
    /// <param name="columns">What to take.</param>
    public StoredEmbeddingEstimator Join(MLContext context, EmbeddingShape columns) =>
        context.Transforms.LoadProteinEmbeddings(File!, new StoredEmbeddingOptions
        {
            OutputColumnName = columns.Column,
            MaskColumnName = columns.MaskColumn,
            Output = columns.Output,
            Length = columns.Length,
        });

    /// <summary>Refuses proteins that have no embedding by their nature.</summary>
    /// <exception cref="RequestException">They are profiles, or are generated and looked for in a file.</exception>
    public void CheckSource(ProteinSource source)
    {
        string option = File is null ? "--language-model" : "--embeddings";
        if (!source.HasSequences)
            throw new RequestException($"{source.Name}: these are profiles, which are a network's input already; leave {option} out, or give sequences.");
        if (source.IsSynthetic && File is not null)
            throw new RequestException($"{File}: generated proteins have no embeddings in a file; name the proteins with --data.");
    }
}
