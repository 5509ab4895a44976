using Microsoft.ML;
using Subloc.MLNet.Data;

namespace Subloc.MLNet.Tests.Data;

/// <summary>Faults of one record: an error while iterating, or skipped and counted.</summary>
public sealed class RecordErrorTests : IDisposable
{
    private const string Letters = "which stands for no residue; expected ARNDCQEGHILKMFPSTWYVBZJXUO or *, so correct it or write X for an unknown residue.";

    private readonly MLContext _context = new(1);
    private readonly TemporaryFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData("MKV\nLLA\n>P1\nMKV\n", "text before the first header", "line 1: text stands before the first header; FASTA starts with a line '>identifier', so add it or load the file in its own format.")]
    [InlineData(">P0\nMKV\n>P1\nLL1A\nW-\n", "unknown letter", "line 4: protein 'P1' has the letter '1' at position 3 of its sequence, " + Letters)]
    [InlineData(">P0\nMKV\n>P1\nLLA\nW-\n", "unknown letter", "line 5: protein 'P1' has the letter '-' at position 5 of its sequence, " + Letters)]
    [InlineData(">P1\nMK\u200B\n>P0\nMKV\n", "unknown letter", "line 2: protein 'P1' has the letter 'U+200B' at position 3 of its sequence, " + Letters)]
    [InlineData(">P1\n>P0\nMKV\n", "empty sequence", "line 1: protein 'P1' has a header but no sequence; expected residues on the next line, so add them or remove the header.")]
    [InlineData(">P0\nMKV\n>P1", "empty sequence", "line 3: protein 'P1' has a header but no sequence; expected residues on the next line, so add them or remove the header.")]
    [InlineData(">P0\nMKV\n>P1\n*\n", "empty sequence", "line 3: protein 'P1' has an empty sequence; expected at least one residue, so add it or remove the record.")]
    [InlineData(">\nMKV\n>P0\nMKV\n", "missing identifier", "line 1: the header names no protein; expected an identifier after '>', so add one.")]
    [InlineData(">P0\nMKV\n\n>P0\nLLA\n", "duplicate identifier", "line 4: the identifier 'P0' occurs a second time, after line 1; expected each protein once, so remove one or set AllowDuplicateIds.")]
    public void LoadFromFasta_FaultyRecord_IsExplainedOrSkipped(string text, string reason, string sentence)
    {
        string path = _files.Write("proteins.fasta", text);

        AssertRefused(options => _context.Data.LoadFromFasta(path, options), new ProteinLoadOptions(), reason, $"{path}, {sentence}");
    }

    [Theory]
    [InlineData("P1,MKV,Nucleus", "wrong number of fields", "the row has 3 fields where the header has 4; correct the row, or quote fields that hold a separator.")]
    [InlineData("P1,,Nucleus,0", "empty sequence", "protein 'P1' has an empty sequence; expected at least one residue, so add it or remove the record.")]
    [InlineData("P1,MK?V,Nucleus,0", "unknown letter", "protein 'P1' has the letter '?' at position 3 of its sequence, " + Letters)]
    [InlineData(" ,MKV,Nucleus,0", "missing identifier", "the row has no identifier; expected an accession, so add one.")]
    [InlineData("P1,MKV, | ,0", "missing label", "protein 'P1' has no label; expected a compartment, so add it or set RequireLabel to false.")]
    [InlineData("P1,MKV,Nucleus,-1", "bad partition", "protein 'P1' has the partition '-1'; expected a whole number of at least 0, so correct the column 'partition'.")]
    [InlineData("P1,MKV,Nucleus,1.5", "bad partition", "protein 'P1' has the partition '1.5'; expected a whole number of at least 0, so correct the column 'partition'.")]
    [InlineData("P1,MKV,Nu\"cleus,1", "malformed quotes", "a quote stands inside a field; expected quotes around whole fields, so double the quote and quote the field.")]
    [InlineData("P0,LLA,Nucleus,1", "duplicate identifier", "the identifier 'P0' occurs a second time, after line 2; expected each protein once, so remove one or set AllowDuplicateIds.")]
    public void LoadFromProteinCsv_FaultyRow_IsExplainedOrSkipped(string row, string reason, string sentence)
    {
        string path = _files.Write("proteins.csv", $"id,sequence,label,partition\nP0,\"M\nKV\",Nucleus,0\n\n{row}\n");

        AssertRefused(
            options => _context.Data.LoadFromProteinCsv(path, options), new ProteinLoadOptions { RequireLabel = true }, reason,
            $"{path}, line 5: {sentence}");
    }

    [Fact]
    public void LoadFromFasta_Genome_IsExplainedOrSkipped()
    {
        string path = _files.Write("genome.fasta", ">P0\nMKV\n>chr1\n" + string.Concat(Enumerable.Repeat("ACGTACGTACGTACGT\n", 1 << 20)) + "A\n");

        AssertRefused(
            options => _context.Data.LoadFromFasta(path, options), new ProteinLoadOptions(), "sequence too long",
            $"{path}, line 3: protein 'chr1' has more than 16777216 residues; expected a protein, so check that the file holds no genome.");
    }

    [Fact]
    public void LoadFromProteinCsv_IdThatIsNotUtf8_IsExplainedOrSkipped()
    {
        string path = _files.Write("proteins.csv", [.. "id,sequence\nP0,MKV\nP"u8, 0xE9, .. ",MKV\n"u8]);

        AssertRefused(
            options => _context.Data.LoadFromProteinCsv(path, options), new ProteinLoadOptions(), "not UTF-8 text",
            $"{path}, line 3: the identifier or label of 'P\uFFFD' holds bytes that are not UTF-8 text; save the file as UTF-8.");
    }

    [Fact]
    public void LoadProteins_DuplicateInAnotherFile_NamesBoth()
    {
        string first = _files.Write("a.fasta", ">P0\nMKV\n");
        string second = _files.Write("b.csv", "id,sequence\nP0,MKV\n");

        AssertRefused(
            options => _context.Data.LoadProteins([first, second], options), new ProteinLoadOptions(), "duplicate identifier",
            $"{second}, line 2: the identifier 'P0' occurs a second time, after {first}, line 1; "
            + "expected each protein once, so remove one or set AllowDuplicateIds.");
    }

    [Fact]
    public void LoadProteins_AllowDuplicateIds_KeepsBoth()
    {
        string path = _files.Write("a.fasta", ">P0\nMKV\n>P0\nLLA\n");

        List<LoadedProtein> rows = LoadedProtein.ReadAll(_context.Data.LoadProteins(path, new ProteinLoadOptions { AllowDuplicateIds = true }));

        Assert.Equal(["MKV", "LLA"], rows.Select(row => row.Sequence));
    }

    [Fact]
    public void LoadProteins_SeveralFaults_AreCountedByReasonAndLogged()
    {
        var log = new List<string>();
        _context.Log += (_, message) => log.Add(message.Message);
        string path = _files.Write("a.fasta", ">P0\nMKV\n>P1\nM1\n>P2\nM2\n>P3\n>P0\nM\n");

        ProteinLoadSummary summary = LoadedProtein.Summarize(
            options => _context.Data.LoadProteins(path, options), new ProteinLoadOptions { Lenient = true });

        Assert.Equal((1, 4), (summary.Rows, summary.Skipped));
        Assert.Equal(
            [("duplicate identifier", 1), ("empty sequence", 1), ("unknown letter", 2)],
            summary.SkippedByReason.Select(reason => (reason.Key, reason.Value)));
        Assert.Single(log, message => message.Contains(
            $"4 faulty records skipped (duplicate identifier: 1, empty sequence: 1, unknown letter: 2), the first: {path}, line 4:",
            StringComparison.Ordinal));
    }

    /// <summary>The good protein P0 is beside one faulty record, which a strict pass refuses and a lenient one skips.</summary>
    private static void AssertRefused(Func<ProteinLoadOptions, IDataView> load, ProteinLoadOptions options, string reason, string sentence)
    {
        IDataView strict = load(options);
        Assert.Equal(sentence, Assert.Throws<InvalidDataException>(() => LoadedProtein.ReadAll(strict)).Message);

        ProteinLoadSummary summary = LoadedProtein.Summarize(load, options with { Lenient = true });
        Assert.Equal((1, 1, sentence), (summary.Rows, summary.Skipped, summary.FirstSkipped));
        Assert.Equal([KeyValuePair.Create(reason, 1)], summary.SkippedByReason);
    }
}
