using Microsoft.ML;
using Subloc.MLNet;
using Subloc.MLNet.Data;

namespace Subloc.Cli.Data;

/// <summary>Proteins to work on.</summary>
/// <param name="View">The proteins, read anew by every pass.</param>
/// <param name="Name">What they are, in words.</param>
/// <param name="IsSynthetic">Whether they are generated.</param>
internal sealed record ProteinSource(IDataView View, string Name, bool IsSynthetic)
{
    private LoadCounts _counts = new();

    /// <summary>Whether the proteins are sequences rather than profiles.</summary>
    public bool HasSequences => View.Schema.GetColumnOrNull(ColumnNames.Sequence) is not null;

    /// <summary>Whether the proteins have homology partitions.</summary>
    public bool HasPartitions => View.Schema.GetColumnOrNull(ColumnNames.Partition) is not null;

    /// <summary>What the newest complete pass left out.</summary>
    public ProteinLoadSummary? Left => _counts.Newest;

    /// <summary>Opens the files that were asked for.</summary>
    public static ProteinSource Open(MLContext context, DataRequest request)
    {
        var counts = new LoadCounts();
        IDataView view = context.Data.LoadProteins(request.Files, request.Options with { Summary = counts });
        string name = request.Files.Count == 1 ? request.Files[0] : $"{request.Files[0]} and {request.Files.Count - 1} more";
        return new ProteinSource(view, name, IsSynthetic: false) { _counts = counts };
    }

    /// <summary>Generates synthetic proteins.</summary>
    public static ProteinSource Generate(MLContext context, SyntheticProteinOptions options) =>
        new(context.Data.LoadSyntheticProteins(options), $"{options.Count} synthetic proteins", IsSynthetic: true);
}
