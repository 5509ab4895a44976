using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace Subloc.MLNet.Data;

/// <summary>Streams the proteins of text files, one file after the other.</summary>
internal sealed class SequenceCursor(
    SequenceDataView view, IChannelProvider provider, ProteinLoadOptions options, IEnumerable<DataViewSchema.Column> columnsNeeded)
    : LoaderCursor(provider, view.Schema, columnsNeeded)
{
    private readonly LoadPass _pass = new(options);
    private readonly ProteinRecord _record = new();
    private ProteinReader? _reader;
    private int _file = -1;

    protected override bool MoveNextCore()
    {
        while (true)
        {
            if (_reader is null && !OpenNext())
            {
                _pass.Complete(Ch);
                return false;
            }

            if (!_reader!.Read(_record))
                CloseFile();
            else if (_pass.Accept(_record, view.Files[_file].Path))
                return true;
        }
    }

    protected override Delegate GetterOf(string columnName) => columnName switch
    {
        ColumnNames.Id => TextGetter(record => record.Id),
        ColumnNames.Sequence => TextGetter(record => record.Sequence),
        ColumnNames.Label => TextGetter(record => record.Label),
        _ => (ValueGetter<uint>)((ref uint value) =>
        {
            CheckPosition();
            value = _record.Partition;
        }),
    };

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            CloseFile();
        base.Dispose(disposing);
    }

    private ValueGetter<ReadOnlyMemory<char>> TextGetter(Func<ProteinRecord, string> read) => (ref ReadOnlyMemory<char> value) =>
    {
        CheckPosition();
        value = read(_record).AsMemory();
    };

    private bool OpenNext()
    {
        if (_file + 1 >= view.Files.Count)
            return false;

        _reader = view.Open(view.Files[++_file]);
        return true;
    }

    private void CloseFile()
    {
        _reader?.Dispose();
        _reader = null;
    }
}
