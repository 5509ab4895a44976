using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Subloc.MLNet.Data;

/// <summary>The profiles of NPZ files, read anew by every cursor.</summary>
internal sealed class ProfileDataView : IDataView
{
    private readonly IHost _host;
    private readonly ProteinLoadOptions _options;

    private ProfileDataView(IHost host, IReadOnlyList<NpzArchive> archives, ProteinLoadOptions options)
    {
        _host = host;
        _options = options;
        Archives = archives;

        NpzArchive first = archives[0];
        var schema = new DataViewSchema.Builder();
        schema.AddColumn(ColumnNames.Id, TextDataViewType.Instance);
        schema.AddColumn(ColumnNames.Label, TextDataViewType.Instance);
        if (first.Partitions is not null)
            schema.AddColumn(ColumnNames.Partition, NumberDataViewType.UInt32);
        schema.AddColumn(ColumnNames.Features, new VectorDataViewType(NumberDataViewType.Single, first.Positions, first.Channels));
        if (first.Mask is not null)
            schema.AddColumn(ColumnNames.Mask, new VectorDataViewType(NumberDataViewType.Single, first.Positions));
        Schema = schema.ToSchema();
    }

    public IReadOnlyList<NpzArchive> Archives { get; }

    public bool CanShuffle => false;

    public DataViewSchema Schema { get; }

    /// <summary>Reads the array headers of all files.</summary>
    /// <exception cref="InvalidDataException">A file is malformed, or differs from the first in its columns or their sizes.</exception>
    public static ProfileDataView Create(IHost host, IReadOnlyList<InputFile> files, ProteinLoadOptions options)
    {
        NpzArchive[] archives = [.. files.Select(file => NpzArchive.Inspect(file, options))];
        NpzArchive first = archives[0];
        foreach (NpzArchive other in archives)
        {
            if (ColumnsOf(other) != ColumnsOf(first))
            {
                throw new InvalidDataException(
                    $"{other.File.Path}: the profiles have {ColumnsOf(other)}, but those of {first.File.Path} have {ColumnsOf(first)}; "
                    + "expected the same in all files, so load them apart.");
            }
        }

        return new ProfileDataView(host, archives, options);
    }

    public long? GetRowCount() => null;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        new ProfileCursor(this, _host, _options, columnsNeeded);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private static string ColumnsOf(NpzArchive archive) =>
        $"{archive.Positions} positions, {archive.Channels} channels, {(archive.Mask is null ? "no" : "a")} mask and "
        + $"{(archive.Partitions is null ? "no" : "a")} partition";
}
