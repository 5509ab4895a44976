using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Subloc.MLNet.Data;

/// <summary>The proteins of FASTA and delimited text files, read anew by every cursor.</summary>
internal sealed class SequenceDataView : IDataView
{
    private readonly IHost _host;
    private readonly ProteinLoadOptions _options;
    private readonly bool _hasPartition;

    private SequenceDataView(IHost host, IReadOnlyList<InputFile> files, ProteinLoadOptions options, bool hasPartition)
    {
        _host = host;
        _options = options;
        _hasPartition = hasPartition;
        Files = files;

        var schema = new DataViewSchema.Builder();
        schema.AddColumn(ColumnNames.Id, TextDataViewType.Instance);
        schema.AddColumn(ColumnNames.Sequence, TextDataViewType.Instance);
        schema.AddColumn(ColumnNames.Label, TextDataViewType.Instance);
        if (hasPartition)
            schema.AddColumn(ColumnNames.Partition, NumberDataViewType.UInt32);
        Schema = schema.ToSchema();
    }

    public IReadOnlyList<InputFile> Files { get; }

    public bool CanShuffle => false;

    public DataViewSchema Schema { get; }

    /// <summary>Reads the headers of all files.</summary>
    /// <exception cref="InvalidDataException">A file lacks a column, or only some files have partitions.</exception>
    public static SequenceDataView Create(IHost host, IReadOnlyList<InputFile> files, ProteinLoadOptions options)
    {
        using ProteinReader first = OpenAny(files[0], options);
        var view = new SequenceDataView(host, files, options, first.HasPartition);
        foreach (InputFile file in files.Skip(1))
            view.Open(file).Dispose();

        return view;
    }

    public long? GetRowCount() => null;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) =>
        new SequenceCursor(this, _host, _options, columnsNeeded);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    /// <summary>Opens one of the files and checks that it has the columns of the view.</summary>
    public ProteinReader Open(InputFile file)
    {
        ProteinReader reader = OpenAny(file, _options);
        if (reader.HasPartition == _hasPartition)
            return reader;

        reader.Dispose();
        (string with, string without) = _hasPartition ? (Files[0].Path, file.Path) : (file.Path, Files[0].Path);
        throw new InvalidDataException(
            $"{without}: there is no partition column, but {with} has one; "
            + "expected it in all files or in none, so add it or load the files apart.");
    }

    private static ProteinReader OpenAny(InputFile file, ProteinLoadOptions options) =>
        file.Format == InputFormat.Fasta ? new FastaReader(file.OpenText()) : DelimitedReader.Open(file, options);
}
