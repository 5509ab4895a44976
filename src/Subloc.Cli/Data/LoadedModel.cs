using Microsoft.ML;
using Microsoft.ML.Data;
using Subloc.Cli.Failures;
using Subloc.MLNet;
using Subloc.MLNet.Onnx;
using Subloc.MLNet.Onnx.Cards;
using Subloc.MLNet.Onnx.Embeddings;
using Subloc.MLNet.Onnx.Scoring;
using Subloc.MLNet.Pretrained;
using Subloc.MLNet.TorchSharp.Persistence;

namespace Subloc.Cli.Data;

/// <summary>A model read from a file.</summary>
/// <param name="path">The file, or what the model is called.</param>
/// <param name="pipeline">Encoding and network.</param>
internal abstract class LoadedModel(string path, ITransformer pipeline) : IDisposable
{
    private const string OnnxExtension = ".onnx";

    private EmbeddingRequest? _embeddings;

    /// <summary>The file, or what the model is called that comes from none.</summary>
    public string Path => path;

    /// <summary>Encoding and network.</summary>
    public ITransformer Pipeline => pipeline;

    /// <summary>The language model inside the model; null where there is none.</summary>
    public ProteinEmbeddingTransformer? Embedder => (pipeline as IEnumerable<ITransformer>)?.OfType<ProteinEmbeddingTransformer>().LastOrDefault();

    /// <summary>What is known about the model.</summary>
    public abstract ModelDescription Description { get; }

    /// <summary>What users should know of the model; null where it has no card.</summary>
    public virtual ModelCard? Card => null;

    /// <summary>Reads a model onto the CPU: an exported one (.onnx), which needs no libtorch, or one that was saved.</summary>
    /// <exception cref="RequestException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is no model of this tool, or is damaged.</exception>
    public static LoadedModel Open(MLContext context, string path)
    {
        if (Directory.Exists(path))
            throw new RequestException($"{path}: this is a folder; name a model file in it.");
        if (System.IO.Path.GetExtension(path).Equals(OnnxExtension, StringComparison.OrdinalIgnoreCase))
            return FindOnnx(path, context.Model.LoadProteinOnnx(path), readsSequences: null)!;

        ITransformer pipeline = ModelFile.Load(context, path, out DataViewSchema? input);
        bool? readsSequences = HasSequences(input);
        if (ModelFile.FindNetwork(pipeline) is { } network)
            return new LoadedNetwork(path, pipeline, network.Model, readsSequences ?? network.Model.Manifest.Tokens);

        return FindOnnx(path, pipeline, readsSequences) ?? throw new InvalidDataException(
            $"{path}: this is an ML.NET model but not one of this tool; use one that 'subloc train' made.");
    }

    /// <summary>Reads the pretrained model.</summary>
    public static LoadedModel OpenPretrained(MLContext context, PretrainedQuality quality) => FindOnnx(
        PretrainedModel.NameOf(quality), ProteinLocalizer.LoadPretrained(context, new ProteinLocalizerOptions { Quality = quality }), readsSequences: null)!;

    /// <summary>Prepares the model for scoring.</summary>
    /// <param name="device"><c>auto</c>, <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>.</param>
    /// <param name="threads">Threads to use; 0 leaves the number as it is.</param>
    public abstract void Place(string device, int threads);

    /// <summary>Says where the embeddings come from that the model reads.</summary>
    /// <param name="embeddings">What was asked for; null if nothing was.</param>
    /// <exception cref="RequestException">The model reads embeddings and none are named, or the other way round.</exception>
    public void TakeEmbeddings(EmbeddingRequest? embeddings)
    {
        _embeddings = embeddings;
        bool isNamed = embeddings is { File: not null } or { LanguageModel: not null };
        if (isNamed == (Description.Reads == ModelReads.Embeddings))
        {
            if (embeddings is { File: null, LanguageModel: null } && Embedder is null)
                throw new RequestException($"{Path}: the model computes no embeddings that could be kept; leave --embedding-cache out.");
            return;
        }

        if (!isNamed)
            throw new RequestException($"{Path}: the model reads embeddings; name those of the proteins with --embeddings, or what computes them with --language-model.");
        string reads = Embedder is not null ? "has a language model of its own"
            : Description.Reads == ModelReads.Sequences ? "reads sequences, not embeddings" : "reads profiles, not embeddings";
        throw new RequestException($"{Path}: the model {reads}; leave {(embeddings!.File is null ? "--language-model" : "--embeddings")} out.");
    }

    /// <summary>Adds predictions to proteins.</summary>
    /// <param name="context">The context.</param>
    /// <param name="source">The proteins.</param>
    /// <param name="cancellation">Ends the reading of the predictions.</param>
    /// <exception cref="InvalidDataException">The model was trained on another kind of data, or on embeddings of another language model.</exception>
    public IDataView Score(MLContext context, ProteinSource source, CancellationToken cancellation)
    {
        Use(cancellation);
        if (Embedder is { } embedder)
            (embedder.CacheFolder, embedder.Cancellation) = (_embeddings?.Cache, cancellation);
        if (Description.Reads == ModelReads.Embeddings)
            return Pipeline.Transform(Embed(context, source, _embeddings!, cancellation));
        if (source.HasSequences == (Description.Reads == ModelReads.Sequences))
            return Pipeline.Transform(source.View);

        (string wanted, string found) = source.HasSequences ? ("profiles", "sequences") : ("sequences", "profiles");
        throw new InvalidDataException($"{source.Name}: these are {found}, but the model {Path} was trained on {wanted}.");
    }

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>What a network predicts from.</summary>
    /// <param name="readsSequences">Whether its pipeline does from sequences.</param>
    /// <param name="column">Column that the network reads.</param>
    /// <param name="isTokens">Whether that holds tokens.</param>
    /// <param name="length">Positions of it.</param>
    protected static ModelReads WhatIsRead(bool readsSequences, string column, bool isTokens, int length) => readsSequences
        ? ModelReads.Sequences
        : column == EmbeddingRequest.Column || (length == 1 && !isTokens) ? ModelReads.Embeddings : ModelReads.Profiles;

    /// <summary>Ends scoring when cancelled.</summary>
    protected abstract void Use(CancellationToken cancellation);

    private IDataView Embed(MLContext context, ProteinSource source, EmbeddingRequest embeddings, CancellationToken cancellation)
    {
        embeddings.CheckSource(source);
        var columns = new EmbeddingShape(Description.FeatureColumnName, Description.MaskColumnName, Description.Length);
        (ITransformer transformer, int width) = embeddings.File is null
            ? Fit(embeddings.Embed(context, columns, cancellation), source.View, embedder => embedder.Width)
            : Fit(embeddings.Join(context, columns), source.View, join => join.Width);
        return width == Description.Channels ? transformer.Transform(source.View) : throw new InvalidDataException(
            $"{embeddings.Files.Single()}: the embeddings have {width} values, but the model {Path} was trained on {Description.Channels}; use the same language model.");
    }

    private static (ITransformer Transformer, int Width) Fit<T>(IEstimator<T> estimator, IDataView proteins, Func<T, int> width)
        where T : class, ITransformer
    {
        T transformer = estimator.Fit(proteins);
        return (transformer, width(transformer));
    }

    // The network itself does not tell: its pipeline may turn sequences into channels before it.
    private static bool? HasSequences(DataViewSchema? input) =>
        input is null ? null : input.GetColumnOrNull(ColumnNames.Sequence)?.Type is TextDataViewType;

    private static LoadedOnnx? FindOnnx(string path, ITransformer pipeline, bool? readsSequences)
    {
        ProteinOnnxTransformer? found = pipeline as ProteinOnnxTransformer
            ?? (pipeline as IEnumerable<ITransformer>)?.OfType<ProteinOnnxTransformer>().LastOrDefault();
        return found is null ? null : new LoadedOnnx(path, pipeline, found.Model, readsSequences ?? found.Model.Info.Encoding is not null);
    }
}
