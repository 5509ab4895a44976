using System.Text;
using Microsoft.ML;
using Subloc.MLNet.Data;

namespace Subloc.MLNet.Tests.Data;

public sealed class DelimitedTests : IDisposable
{
    private readonly MLContext _context = new(1);
    private readonly TemporaryFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData("accession,sequence,label\nP1,MKV,Nucleus\n")]
    [InlineData("ACC\tLocation\tSeq\r\nP1\t Nucleus \tmkv*\r\n")]
    [InlineData("label;\"sequence\";\"a, b, c\";Entry\nNucleus;\"M\nKV\";\"x;y\"\"z\";P1")]
    [InlineData("\uFEFF\n\nId,Fasta,Class\n\nP1, MKV ,Nucleus\n   \n")]
    public void LoadFromProteinCsv_AnyDialect_GivesTheSameProtein(string text)
    {
        Assert.Equal([new LoadedProtein("P1", "MKV", "Nucleus")], Load(text));
    }

    [Fact]
    public void LoadProteins_Utf16_IsRead()
    {
        string fasta = _files.Write("p.fasta", [0xFF, 0xFE, .. Encoding.Unicode.GetBytes(">P1\nMKV\n")]);
        string table = _files.Write("p.tsv", [0xFF, 0xFE, .. Encoding.Unicode.GetBytes("id\tsequence\nP2\tLLA\n")]);

        List<LoadedProtein> rows = LoadedProtein.ReadAll(_context.Data.LoadProteins([fasta, table]));

        Assert.Equal([new LoadedProtein("P1", "MKV", ""), new LoadedProtein("P2", "LLA", "")], rows);
    }

    [Fact]
    public void LoadFromProteinCsv_NamedColumns_AreUsed()
    {
        var options = new ProteinLoadOptions
        {
            IdColumn = "gene",
            SequenceColumn = "protein",
            LabelColumn = "where",
            PartitionColumn = "group",
        };
        string path = _files.Write("p.csv", "id,sequence,label,partition,GENE,protein,where,group\nx,x,x,x,P1,MKV,Plastid,4\n");

        IDataView data = _context.Data.LoadFromProteinCsv(path, options);

        Assert.Equal([new LoadedProtein("P1", "MKV", "Plastid")], LoadedProtein.ReadAll(data));
        Assert.Equal([4u], LoadedProtein.ReadPartitions(data));
    }

    [Fact]
    public void LoadFromProteinCsv_SequencesOnly_AreNumberedOverAllFiles()
    {
        string first = _files.Write("a.csv", "sequence\nMKV\nLLA\n");
        string second = _files.Write("b.csv", "sequence\nWWW\n");

        List<LoadedProtein> rows = LoadedProtein.ReadAll(_context.Data.LoadFromProteinCsv([first, second]));

        Assert.Equal([new("1", "MKV", ""), new("2", "LLA", ""), new("3", "WWW", "")], rows);
    }

    [Fact]
    public void LoadFromProteinCsv_NoPartition_HasNoSuchColumn()
    {
        IDataView data = _context.Data.LoadFromProteinCsv(_files.Write("p.csv", "id,sequence\nP1,MKV\n"));

        Assert.Equal([ColumnNames.Id, ColumnNames.Sequence, ColumnNames.Label], data.Schema.Select(column => column.Name));
    }

    [Theory]
    [InlineData("fold")]
    [InlineData("split")]
    [InlineData("cluster")]
    public void LoadFromProteinCsv_ColumnOfAnotherName_IsAPartitionOnlyIfNamed(string column)
    {
        string path = _files.Write("p.csv", $"id,sequence,{column}\nP1,MKV,3\n");

        IDataView usual = _context.Data.LoadFromProteinCsv(path);
        IDataView named = _context.Data.LoadFromProteinCsv(path, new ProteinLoadOptions { PartitionColumn = column });

        Assert.Null(usual.Schema.GetColumnOrNull(ColumnNames.Partition));
        Assert.Equal([3u], LoadedProtein.ReadPartitions(named));
    }

    [Fact]
    public void LoadProteins_WithoutReadingPartitions_TakesWhateverStandsThere()
    {
        string text = _files.Write("p.csv", "id,sequence,partition\nP1,MKV,membrane\n");
        string without = _files.Write("q.csv", "id,sequence\nP2,LLA\n");
        var options = new ProteinLoadOptions { ReadPartition = false };

        IDataView data = _context.Data.LoadProteins([text, without], options);

        Assert.Null(data.Schema.GetColumnOrNull(ColumnNames.Partition));
        Assert.Equal(["P1", "P2"], LoadedProtein.ReadAll(data).Select(row => row.Id));
    }

    [Fact]
    public void LoadFromProteinCsv_SeveralFiles_AreConcatenated()
    {
        string first = _files.Write("a.csv", "id,sequence,partition\nP1,MKV,0\n");
        string second = _files.WriteGzip("b.tsv.gz", "Partition\tseq\tacc\n1\tLLA\tP2\n");

        IDataView data = _context.Data.LoadFromProteinCsv([first, second]);

        Assert.Equal([new LoadedProtein("P1", "MKV", ""), new LoadedProtein("P2", "LLA", "")], LoadedProtein.ReadAll(data));
        Assert.Equal([0u, 1u], LoadedProtein.ReadPartitions(data));
    }

    private List<LoadedProtein> Load(string text) =>
        LoadedProtein.ReadAll(_context.Data.LoadFromProteinCsv(_files.Write("proteins.txt", text)));
}
