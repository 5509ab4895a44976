using Microsoft.ML;
using Microsoft.ML.Data;
using Subloc.Cli.Failures;
using Subloc.MLNet;
using Subloc.MLNet.Onnx;
using Subloc.MLNet.Onnx.Scoring;
using Subloc.MLNet.TorchSharp.Persistence;

namespace Subloc.Cli.Data;

/// <summary>A model read from a file.</summary>
/// <param name="path">The file.</param>
/// <param name="pipeline">Encoding and network.</param>
internal abstract class LoadedModel(string path, ITransformer pipeline) : IDisposable
{
    private const string OnnxExtension = ".onnx";

    /// <summary>The file.</summary>
    public string Path => path;

    /// <summary>Encoding and network.</summary>
    public ITransformer Pipeline => pipeline;

    /// <summary>What is known about the model.</summary>
    public abstract ModelDescription Description { get; }

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

    /// <summary>Prepares the model for scoring.</summary>
    /// <param name="device"><c>auto</c>, <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>.</param>
    /// <param name="threads">Threads to use; 0 leaves the number as it is.</param>
    public abstract void Place(string device, int threads);

    /// <summary>Adds predictions to proteins.</summary>
    /// <param name="source">The proteins.</param>
    /// <param name="cancellation">Ends the reading of the predictions.</param>
    /// <exception cref="InvalidDataException">The model was trained on the other kind of data, sequences or profiles.</exception>
    public IDataView Score(ProteinSource source, CancellationToken cancellation)
    {
        Use(cancellation);
        if (source.HasSequences == Description.ReadsSequences)
            return Pipeline.Transform(source.View);

        (string wanted, string found) = source.HasSequences ? ("profiles", "sequences") : ("sequences", "profiles");
        throw new InvalidDataException($"{source.Name}: these are {found}, but the model {Path} was trained on {wanted}.");
    }

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>Ends scoring when cancelled.</summary>
    protected abstract void Use(CancellationToken cancellation);

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
