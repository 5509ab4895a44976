using Microsoft.ML;
using Microsoft.ML.Data;
using Subloc.MLNet.Data;

namespace Subloc.MLNet;

/// <summary>Loads synthetic proteins as ML.NET data.</summary>
public static class SyntheticDataCatalog
{
    /// <summary>Generates synthetic proteins, described at <see cref="SyntheticProteins"/>, as a data view.</summary>
    /// <param name="catalog">The data catalog of an <see cref="MLContext"/>.</param>
    /// <param name="options">Settings; the defaults where null. The seed is theirs, not that of the context.</param>
    /// <returns>
    /// The columns <see cref="ColumnNames.Id"/>, <see cref="ColumnNames.Sequence"/> and <see cref="ColumnNames.Label"/> (Text) and
    /// <see cref="ColumnNames.Partition"/> (UInt32), held in memory.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    public static IDataView LoadSyntheticProteins(this DataOperationsCatalog catalog, SyntheticProteinOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        Row[] rows = [.. SyntheticProteins.Generate(options).Select(protein => new Row
        {
            Id = protein.Id,
            Sequence = protein.Sequence,
            Label = protein.Label,
            Partition = protein.Partition,
        })];
        return catalog.LoadFromEnumerable(rows);
    }

    private sealed class Row
    {
        [ColumnName(ColumnNames.Id)]
        public string Id { get; set; } = "";

        [ColumnName(ColumnNames.Sequence)]
        public string Sequence { get; set; } = "";

        [ColumnName(ColumnNames.Label)]
        public string Label { get; set; } = "";

        [ColumnName(ColumnNames.Partition)]
        public uint Partition { get; set; }
    }
}
