using System.IO.Compression;
using Microsoft.ML;
using Microsoft.ML.Data;
using Subloc.MLNet.Data;

namespace Subloc.MLNet.Tests.Data;

public sealed class ProfileNpzTests : IDisposable
{
    private readonly MLContext _context = new(1);
    private readonly TemporaryFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData(CompressionLevel.NoCompression)]
    [InlineData(CompressionLevel.Optimal)]
    public void LoadFromProfileNpz_SeedFormat_GivesEveryColumn(CompressionLevel compression)
    {
        IDataView data = Load(NpzWriter.Small(compression));

        Assert.Equal(["Id", "Label", "Features", "Mask"], data.Schema.Select(column => column.Name));
        Assert.Equal([3, 2], ((VectorDataViewType)data.Schema["Features"].Type).Dimensions.AsEnumerable());
        Assert.Equal([3], ((VectorDataViewType)data.Schema["Mask"].Type).Dimensions.AsEnumerable());
        Assert.Equal(["1", "2"], data.GetColumn<string>("Id"));
        Assert.Equal(["7", "3"], data.GetColumn<string>("Label"));
        Assert.Equal([[0f, 0.5f, 1, 1.5f, 2, 2.5f], [3f, 3.5f, 4, 4.5f, 5, 5.5f]], data.GetColumn<float[]>("Features"));
        Assert.Equal([[1f, 1, 0], [1f, 1, 1]], data.GetColumn<float[]>("Mask"));
    }

    [Fact]
    public void LoadFromProfileNpz_WideNumbersAndPartition_AreRead()
    {
        IDataView data = Load(new NpzWriter()
            .Add("partition", "<i8", "(2,)", new[] { 4L, 0L })
            .Add("y", "<i8", "(2,)", new[] { -1L, 5_000_000_000L })
            .Add("X", "<f8", "(2, 1, 2)", new[] { 1.0, 2, 3, 4 }));

        Assert.Equal(["Id", "Label", "Partition", "Features"], data.Schema.Select(column => column.Name));
        Assert.Equal([[1f, 2], [3f, 4]], data.GetColumn<float[]>("Features"));
        Assert.Equal(["-1", "5000000000"], data.GetColumn<string>("Label"));
        Assert.Equal([4u, 0u], LoadedProtein.ReadPartitions(data));
    }

    [Fact]
    public void LoadFromProfileNpz_WithoutReadingPartitions_HasNoSuchColumn()
    {
        string path = _files.Write("p.npz", NpzWriter.Small().Add("partition", "<f4", "(2,)", new[] { 0.5f, 1 }).ToArray());

        IDataView data = _context.Data.LoadFromProfileNpz(path, new ProteinLoadOptions { ReadPartition = false });

        Assert.Null(data.Schema.GetColumnOrNull("Partition"));
        Assert.Equal(["1", "2"], data.GetColumn<string>("Id"));
    }

    [Fact]
    public void LoadFromProfileNpz_NoLabels_AreEmpty()
    {
        Assert.Equal(["", ""], Load(NpzWriter.Small().Without("y_val")).GetColumn<string>("Label"));
    }

    [Fact]
    public void LoadProteins_GzippedNpzTwice_IsConcatenated()
    {
        string path = _files.Write("p.npz.gz", TemporaryFiles.Gzip(NpzWriter.Small().ToArray()));

        IDataView data = _context.Data.LoadProteins([path, path]);

        Assert.Equal(["1", "2", "3", "4"], data.GetColumn<string>("Id"));
        Assert.Equal([2.5f, 5.5f, 2.5f, 5.5f], data.GetColumn<float[]>("Features").Select(row => row[^1]));
    }

    [Fact]
    public void LoadFromProfileNpz_Summary_CountsRows()
    {
        string path = _files.Write("p.npz", NpzWriter.Small().ToArray());
        var received = new List<ProteinLoadSummary>();
        IDataView data = _context.Data.LoadFromProfileNpz(path, new ProteinLoadOptions { Summary = new Collector(received) });

        _ = data.GetColumn<string>("Label").ToArray();

        Assert.Equal(2, Assert.Single(received).Rows);
    }

    private IDataView Load(NpzWriter file) => _context.Data.LoadFromProfileNpz(_files.Write("p.npz", file.ToArray()));

    private sealed class Collector(List<ProteinLoadSummary> received) : IProgress<ProteinLoadSummary>
    {
        public void Report(ProteinLoadSummary value) => received.Add(value);
    }
}
