using System.Text;
using Microsoft.ML;
using Subloc.MLNet.Data;

namespace Subloc.MLNet.Tests.Data;

public sealed class FastaTests : IDisposable
{
    private readonly MLContext _context = new(1);
    private readonly TemporaryFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData(">P1\nMKV\nLLA\n")]
    [InlineData(">P1\r\nMKV\r\nLLA")]
    [InlineData("\n\n>P1\n\nmkv\n\n  LLA  \n\n")]
    [InlineData("> P1 some protein OS=Homo sapiens\nMKV LLA*\n")]
    [InlineData("\uFEFF>P1\nMKVLLA**\n")]
    public void LoadFromFasta_AnyLayout_GivesTheSameProtein(string text)
    {
        Assert.Equal([new LoadedProtein("P1", "MKVLLA", "")], Load(text));
    }

    [Theory]
    [InlineData("sp|P12345|NAME_HUMAN Protein OS=Homo sapiens", "P12345", "")]
    [InlineData("tr|A0A024-2|A0A024_HUMAN Isoform", "A0A024-2", "")]
    [InlineData("sp|P12345", "P12345", "")]
    [InlineData("gi|15|ref|NP_1.1| protein", "gi|15|ref|NP_1.1|", "")]
    [InlineData("Q9Y4C2 Cell.membrane-M", "Q9Y4C2", "Cell membrane")]
    [InlineData("Q9Y4C2 Endoplasmic.reticulum-U test", "Q9Y4C2", "Endoplasmic reticulum")]
    [InlineData("Q9Y4C2\tLysosome/Vacuole-S", "Q9Y4C2", "Lysosome/Vacuole")]
    [InlineData("Q9Y4C2 Cytoplasm-Nucleus-U", "Q9Y4C2", "Cytoplasm|Nucleus")]
    [InlineData("Q9Y4C2 Cytoplasm", "Q9Y4C2", "")]
    [InlineData("Q9Y4C2 Nucleus-U binding protein", "Q9Y4C2", "")]
    [InlineData("Q9Y4C2 beta-2-U", "Q9Y4C2", "")]
    public void LoadFromFasta_Header_GivesIdAndLabel(string header, string id, string label)
    {
        List<LoadedProtein> rows = Load($">{header}\nMKV\n", new ProteinLoadOptions { MultiLabel = MultiLabelPolicy.Keep });

        Assert.Equal([new LoadedProtein(id, "MKV", label)], rows);
    }

    [Fact]
    public void LoadFromFasta_RareLetters_AreKept()
    {
        Assert.Equal("MBZJXUOA*V", Load(">P1\nMBZJXUOA*V*\n").Single().Sequence);
    }

    [Fact]
    public void LoadFromFasta_Gzip_IsDecompressed()
    {
        string path = _files.WriteGzip("proteins.bin", ">P1\nMKV\n");

        Assert.Equal([new LoadedProtein("P1", "MKV", "")], LoadedProtein.ReadAll(_context.Data.LoadFromFasta(path)));
    }

    [Fact]
    public void LoadFromFasta_GzipOfSeveralMembers_IsReadWhole()
    {
        byte[] first = TemporaryFiles.Gzip(">P1\nMKV\n"u8.ToArray());
        byte[] second = TemporaryFiles.Gzip(">P2\nLLA\n"u8.ToArray());
        string path = _files.Write("proteins.fasta.gz", [.. first, .. second, .. TemporaryFiles.Gzip([])]);

        Assert.Equal(["P1", "P2"], LoadedProtein.ReadAll(_context.Data.LoadFromFasta(path)).Select(row => row.Id));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void LoadFromFasta_RandomRecordsInRandomLayout_AreReadBack(int seed)
    {
        var random = new Random(seed);
        LoadedProtein[] proteins =
        [
            .. Enumerable.Range(0, 300).Select(i => new LoadedProtein(
                $"P{i}", new string(random.GetItems<char>("ARNDCQEGHILKMFPSTWYVX", random.Next(1, 700))), "")),
        ];
        var text = new StringBuilder();
        foreach (LoadedProtein protein in proteins)
        {
            text.Append('>').Append(protein.Id).Append(EndOfLine(random));
            foreach (char[] line in protein.Sequence.Chunk(random.Next(1, 120)))
                text.Append(line).Append(EndOfLine(random));
        }

        Assert.Equal(proteins, Load(text.ToString()));
    }

    private static string EndOfLine(Random random) => random.Next(2) == 0 ? "\n" : "\r\n";

    private List<LoadedProtein> Load(string text, ProteinLoadOptions? options = null) =>
        LoadedProtein.ReadAll(_context.Data.LoadFromFasta(_files.Write("proteins.fasta", text), options));
}
