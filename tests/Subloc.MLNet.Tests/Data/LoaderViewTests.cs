using Microsoft.ML;
using Microsoft.ML.Data;
using Subloc.MLNet.Data;

namespace Subloc.MLNet.Tests.Data;

/// <summary>What ML.NET expects of any view and its cursors.</summary>
public sealed class LoaderViewTests : IDisposable
{
    private const string Csv = "id,sequence,label,partition\nP1,MKV,Nucleus,0\nP2,LLA,Plastid,1\nP3,WWW,Nucleus,2\n";

    private readonly MLContext _context = new(1);
    private readonly TemporaryFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void LoadProteins_View_IsLazyAndRereadsTheFile()
    {
        IDataView data = _context.Data.LoadProteins(_files.Write("p.fasta", ">P1\nMKV\n"));
        LoadedProtein.ReadAll(data);

        _files.Write("p.fasta", ">P2\nLLA\n");

        Assert.Equal([new LoadedProtein("P2", "LLA", "")], LoadedProtein.ReadAll(data));
        Assert.False(data.CanShuffle);
        Assert.Null(data.GetRowCount());
    }

    [Fact]
    public void LoadProteins_TwoCursors_AgreeOnRowIds()
    {
        IDataView data = _context.Data.LoadProteins(_files.Write("p.csv", Csv));

        Assert.Equal([0, 1, 2], RowIds(data));
        Assert.Equal(RowIds(data), RowIds(data));
        Assert.Single(data.GetRowCursorSet(data.Schema, 4)).Dispose();
    }

    [Fact]
    public void LoadProteins_DisposedCursor_ClosesTheFile()
    {
        string text = _files.Write("p.csv", Csv);
        string profiles = _files.Write("p.npz", NpzWriter.Small().ToArray());

        foreach (string path in (string[])[text, profiles])
        {
            IDataView data = _context.Data.LoadProteins(path);
            DataViewRowCursor cursor = data.GetRowCursor(data.Schema);
            cursor.MoveNext();
            Assert.Throws<IOException>(() => OpenExclusively(path));

            cursor.Dispose();

            OpenExclusively(path);
        }
    }

    [Fact]
    public void GetGetter_WrongUse_IsExplained()
    {
        IDataView data = _context.Data.LoadProteins(_files.Write("p.csv", Csv));
        using DataViewRowCursor cursor = data.GetRowCursor([data.Schema["Id"]]);
        ValueGetter<ReadOnlyMemory<char>> id = cursor.GetGetter<ReadOnlyMemory<char>>(data.Schema["Id"]);
        ReadOnlyMemory<char> value = default;

        Assert.False(cursor.IsColumnActive(data.Schema["Label"]));
        Assert.Throws<InvalidOperationException>(() => cursor.GetGetter<ReadOnlyMemory<char>>(data.Schema["Label"]));
        Assert.Throws<InvalidOperationException>(() => cursor.GetGetter<float>(data.Schema["Id"]));
        Assert.Throws<InvalidOperationException>(() => id(ref value));
    }

    [Fact]
    public void LoadProteins_Pipeline_SplitsByPartition()
    {
        IDataView data = _context.Data.LoadProteins(_files.Write("p.csv", Csv));

        IDataView cached = _context.Data.Cache(_context.Transforms.Conversion.MapValueToKey("Label").Fit(data).Transform(data));
        var split = _context.Data.TrainTestSplit(cached, 0.5, samplingKeyColumnName: "Partition");

        Assert.Equal(3, split.TrainSet.GetColumn<uint>("Label").Count() + split.TestSet.GetColumn<uint>("Label").Count());
    }

    [Fact]
    public void LoadProteins_UnfinishedPass_ReportsNothing()
    {
        var received = new List<ProteinLoadSummary>();
        IDataView data = _context.Data.LoadProteins(
            _files.Write("p.csv", Csv), new ProteinLoadOptions { Summary = new Collector(received) });

        using (DataViewRowCursor cursor = data.GetRowCursor(data.Schema))
            cursor.MoveNext();

        Assert.Empty(received);
    }

    [Fact]
    public void ProteinLoadOptions_BadValues_AreRefused()
    {
        string path = _files.Write("p.csv", Csv);

        Assert.Throws<ArgumentOutOfRangeException>(() => _context.Data.LoadProteins(path, new ProteinLoadOptions { MultiLabel = (MultiLabelPolicy)9 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => _context.Data.LoadProteins(path, new ProteinLoadOptions { IdColumn = " " }));
        Assert.Throws<ArgumentOutOfRangeException>(() => _context.Data.LoadProteins(path, new ProteinLoadOptions { SequenceColumn = "" }));
        Assert.Throws<ArgumentOutOfRangeException>(() => _context.Data.LoadProteins(path, new ProteinLoadOptions { LabelColumn = "" }));
        Assert.Throws<ArgumentOutOfRangeException>(() => _context.Data.LoadProteins(path, new ProteinLoadOptions { PartitionColumn = "" }));
    }

    private static void OpenExclusively(string path) => new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None).Dispose();

    private static List<ulong> RowIds(IDataView data)
    {
        var ids = new List<ulong>();
        using DataViewRowCursor cursor = data.GetRowCursor([]);
        ValueGetter<DataViewRowId> getter = cursor.GetIdGetter();
        DataViewRowId id = default;
        while (cursor.MoveNext())
        {
            getter(ref id);
            ids.Add(id.Low);
        }

        return ids;
    }

    private sealed class Collector(List<ProteinLoadSummary> received) : IProgress<ProteinLoadSummary>
    {
        public void Report(ProteinLoadSummary value) => received.Add(value);
    }
}
