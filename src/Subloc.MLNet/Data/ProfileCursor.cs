using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Subloc.MLNet.Data;

/// <summary>Streams the profiles of NPZ files, reading only the arrays of active columns.</summary>
internal sealed class ProfileCursor(
    ProfileDataView view, IChannelProvider provider, ProteinLoadOptions options, IEnumerable<DataViewSchema.Column> columnsNeeded)
    : LoaderCursor(provider, view.Schema, columnsNeeded)
{
    private readonly LoadPass _pass = new(options);
    private NpyRowReader? _profiles;
    private NpyRowReader? _labels;
    private NpyRowReader? _mask;
    private NpyRowReader? _partitions;
    private int _file = -1;
    private long _rowsLeft;

    protected override bool MoveNextCore()
    {
        while (_rowsLeft == 0)
        {
            CloseFile();
            if (++_file >= view.Archives.Count)
            {
                _pass.Complete(Ch);
                return false;
            }

            OpenFile(view.Archives[_file]);
        }

        _rowsLeft--;
        _profiles?.ReadRow();
        _labels?.ReadRow();
        _mask?.ReadRow();
        _partitions?.ReadRow();
        _pass.CountRow();
        return true;
    }

    protected override Delegate GetterOf(string columnName) => columnName switch
    {
        ColumnNames.Id => TextGetter(() => Position + 1),
        ColumnNames.Label => TextGetter(() => _labels?.ReadInteger()),
        ColumnNames.Features => VectorGetter(() => _profiles!),
        ColumnNames.Mask => VectorGetter(() => _mask!),
        _ => (ValueGetter<uint>)((ref uint value) =>
        {
            CheckPosition();
            value = _partitions!.ReadPartition();
        }),
    };

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            CloseFile();
        base.Dispose(disposing);
    }

    private ValueGetter<ReadOnlyMemory<char>> TextGetter(Func<long?> read) => (ref ReadOnlyMemory<char> value) =>
    {
        CheckPosition();
        value = (read()?.ToString(CultureInfo.InvariantCulture) ?? "").AsMemory();
    };

    private ValueGetter<VBuffer<float>> VectorGetter(Func<NpyRowReader> find) => (ref VBuffer<float> value) =>
    {
        CheckPosition();
        NpyRowReader reader = find();
        VBufferEditor<float> editor = VBufferEditor.Create(ref value, reader.Header.RowLength);
        reader.CopyTo(editor.Values);
        value = editor.Commit();
    };

    private void OpenFile(NpzArchive archive)
    {
        _rowsLeft = archive.Rows;
        _profiles = OpenArray(archive, archive.Profiles, ColumnNames.Features);
        _labels = OpenArray(archive, archive.Labels, ColumnNames.Label);
        _mask = OpenArray(archive, archive.Mask, ColumnNames.Mask);
        _partitions = OpenArray(archive, archive.Partitions, ColumnNames.Partition);
    }

    private NpyRowReader? OpenArray(NpzArchive archive, string? entry, string columnName)
    {
        if (entry is null || !IsActive(columnName))
            return null;

        NpyRowReader reader = NpyRowReader.Open(archive.File, entry);
        int rowLength = Schema[columnName].Type is VectorDataViewType vector ? vector.Size : 1;
        if (reader.Header.Shape.Count > 0 && reader.Header.Rows == archive.Rows && reader.Header.RowLength == rowLength)
            return reader;

        reader.Dispose();
        throw new InvalidDataException(
            $"{archive.File.Path}, entry '{entry}': the shape has changed to {reader.Header.ShapeText} since the file was loaded; "
            + "load it again.");
    }

    private void CloseFile()
    {
        foreach (NpyRowReader? reader in (ReadOnlySpan<NpyRowReader?>)[_profiles, _labels, _mask, _partitions])
            reader?.Dispose();
        _profiles = _labels = _mask = _partitions = null;
    }
}
