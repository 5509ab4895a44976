using Microsoft.ML;
using Microsoft.ML.Data;
using Subloc.Cli.Failures;
using Subloc.MLNet;
using Subloc.MLNet.TorchSharp.Persistence;
using Subloc.MLNet.TorchSharp.Scoring;
using TorchSharp;

namespace Subloc.Cli.Data;

/// <summary>A model read from a file.</summary>
/// <param name="Path">The file.</param>
/// <param name="Pipeline">Encoding and network.</param>
/// <param name="Network">The trained network.</param>
/// <param name="ReadsSequences">Whether it predicts sequences rather than profiles.</param>
internal sealed record LoadedModel(string Path, ITransformer Pipeline, ProteinNetworkModel Network, bool ReadsSequences) : IDisposable
{
    /// <summary>Reads a model onto the CPU.</summary>
    /// <exception cref="RequestException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is no model of this tool, or is damaged.</exception>
    public static LoadedModel Open(MLContext context, string path)
    {
        if (Directory.Exists(path))
            throw new RequestException($"{path}: this is a folder; name a model file in it.");

        ITransformer pipeline = ModelFile.Load(context, path, out DataViewSchema? input);
        ProteinNetworkTransformer network = ModelFile.FindNetwork(pipeline) ?? throw new InvalidDataException(
            $"{path}: this is an ML.NET model but not one of this tool; use one that 'subloc train' made.");
        return new LoadedModel(path, pipeline, network.Model, HasSequences(input) ?? network.Model.Manifest.Tokens);
    }

    /// <summary>Prepares the model for scoring.</summary>
    public void Place(string device, int threads)
    {
        if (threads > 0)
            torch.set_num_threads(threads);
        Network.MoveTo(device);
    }

    /// <summary>Adds predictions to proteins.</summary>
    /// <param name="source">The proteins.</param>
    /// <param name="cancellation">Ends the reading of the predictions.</param>
    /// <exception cref="InvalidDataException">The model was trained on the other kind of data, sequences or profiles.</exception>
    public IDataView Score(ProteinSource source, CancellationToken cancellation)
    {
        Network.ScoringCancellation = cancellation;
        if (source.HasSequences == ReadsSequences)
            return Pipeline.Transform(source.View);

        (string wanted, string found) = source.HasSequences ? ("profiles", "sequences") : ("sequences", "profiles");
        throw new InvalidDataException($"{source.Name}: these are {found}, but the model {Path} was trained on {wanted}.");
    }

    public void Dispose() => Network.Dispose();

    // The network itself does not tell: its pipeline may turn sequences into channels before it.
    private static bool? HasSequences(DataViewSchema? input) =>
        input is null ? null : input.GetColumnOrNull(ColumnNames.Sequence)?.Type is TextDataViewType;
}
