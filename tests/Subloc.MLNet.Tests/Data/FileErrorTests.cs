using System.IO.Pipes;
using System.Text;
using Microsoft.ML;
using Subloc.MLNet.Data;

namespace Subloc.MLNet.Tests.Data;

/// <summary>Faults of a whole file: always an error, when the view is made wherever the header shows them.</summary>
public sealed class FileErrorTests : IDisposable
{
    private const string ExpectedKinds = "expected FASTA, delimited text with a header line, or NPZ profiles.";

    private readonly MLContext _context = new(1);
    private readonly TemporaryFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void LoadProteins_MissingFile_IsExplained()
    {
        string path = _files.PathOf("absent.fasta");

        var error = Assert.Throws<FileNotFoundException>(() => _context.Data.LoadProteins(path));

        Assert.Equal($"{path}: there is no such file; check the name and the folder that it starts from.", error.Message);
    }

    [Fact]
    public void LoadProteins_Folder_IsExplained()
    {
        AssertRefused(_files.PathOf(""), path => $"{path}: this is a folder; name a file in it.");
    }

    [Fact]
    public void LoadProteins_Pipe_IsExplained()
    {
        if (!OperatingSystem.IsLinux())
            return;

        using var pipe = new AnonymousPipeServerStream(PipeDirection.Out);
        pipe.Write(">P1\nMKV\n"u8);

        AssertRefused(
            $"/proc/self/fd/{pipe.GetClientHandleAsString()}",
            path => $"{path}: this is a pipe, which can be read only once; write it to a file first and name that.");
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \r\n\n")]
    public void LoadProteins_EmptyFile_IsExplained(string text)
    {
        AssertRefused(_files.Write("p.fasta", text), path => $"{path}: the file is empty; {ExpectedKinds}");
    }

    [Fact]
    public void LoadProteins_EmptyGzip_IsExplained()
    {
        AssertRefused(_files.WriteGzip("p.fasta.gz", ""), path => $"{path}: the file is empty; {ExpectedKinds}");
    }

    [Fact]
    public void LoadProteins_BinaryGarbage_IsExplained()
    {
        var bytes = new byte[1000];
        new Random(3).NextBytes(bytes);

        AssertRefused(_files.Write("p.fasta", bytes), path => $"{path}: the file holds binary data; {ExpectedKinds}");
    }

    [Theory]
    [InlineData("P1,MKV\n", "no column holds the sequence: expected one named sequence, seq, fasta, found 'P1', 'MKV'; rename the column or name it in SequenceColumn.")]
    [InlineData("seq,id,SEQ\nMKV,P1,MKV\n", "the column 'seq' stands twice in the header; rename one of the two.")]
    [InlineData("MKVLLA\n", "no column holds the sequence: expected one named sequence, seq, fasta, found 'MKVLLA'; rename the column or name it in SequenceColumn.")]
    public void LoadProteins_HeaderWithoutSequence_IsExplained(string text, string sentence)
    {
        AssertRefused(_files.Write("p.csv", text), path => $"{path}, line 1: {sentence}");
    }

    [Fact]
    public void LoadFromProteinCsv_NamedColumnAbsent_IsExplained()
    {
        string path = _files.Write("p.csv", "id,sequence\nP1,MKV\n");

        AssertRefused(
            () => _context.Data.LoadFromProteinCsv(path, new ProteinLoadOptions { LabelColumn = "where" }),
            $"{path}, line 1: there is no column 'where'; found 'id', 'sequence', so name one of these in LabelColumn.");
    }

    [Fact]
    public void LoadFromProteinCsv_Fasta_IsExplained()
    {
        string path = _files.Write("p.csv", ">P1\nMKV\n");

        AssertRefused(
            () => _context.Data.LoadFromProteinCsv(path),
            $"{path}, line 1: expected a header line that names the columns but found a FASTA header; use LoadFromFasta or LoadProteins.");
    }

    [Fact]
    public void LoadFromFasta_Profiles_IsExplained()
    {
        string path = _files.Write("p.npz", NpzWriter.Small().ToArray());

        AssertRefused(
            () => _context.Data.LoadFromFasta(path),
            $"{path}: this is a zip archive, not text; use LoadFromProfileNpz for NPZ profiles, or unpack it.");
    }

    [Fact]
    public void LoadProteins_ProfilesAndSequences_IsExplained()
    {
        string sequences = _files.Write("p.fasta", ">P1\nMKV\n");
        string profiles = _files.Write("p.npz", NpzWriter.Small().ToArray());

        AssertRefused(
            () => _context.Data.LoadProteins([sequences, profiles]),
            $"{profiles}: this file holds profiles, but {sequences} holds sequences; load the two kinds apart.");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void LoadProteins_PartitionInOneFileOnly_IsExplained(bool partitionFirst)
    {
        string with = _files.Write("a.csv", "id,sequence,partition\nP1,MKV,0\n");
        string without = _files.Write("b.fasta", ">P2\nMKV\n");

        AssertRefused(
            () => _context.Data.LoadProteins(partitionFirst ? [with, without] : [without, with]),
            $"{without}: there is no partition column, but {with} has one; "
            + "expected it in all files or in none, so add it or load the files apart.");
    }

    [Fact]
    public void LoadProteins_QuoteNeverClosed_IsAnErrorEvenWhenLenient()
    {
        string path = _files.Write("p.csv", "id,sequence\nP1,MKV\n\"P2,MKV\nP3,MKV\n");
        IDataView data = _context.Data.LoadProteins(path, new ProteinLoadOptions { Lenient = true });

        AssertRefused(
            () => LoadedProtein.ReadAll(data),
            $"{path}, line 3: a quote opened in this row is never closed, so the rest of the file cannot be told apart; close it.");
    }

    [Fact]
    public void LoadProteins_RowWithoutEnd_IsBounded()
    {
        string path = _files.Write("p.csv", "id,sequence\nP1,\"" + new string('A', 40_000_000));
        IDataView data = _context.Data.LoadProteins(path);

        AssertRefused(
            () => LoadedProtein.ReadAll(data),
            $"{path}, line 2: the row is longer than 16777216 bytes; expected one protein a row, so look for a quote that is not closed.");
    }

    [Fact]
    public void LoadProteins_GzipCutAnywhere_IsAnErrorEvenWhenLenient()
    {
        string text = string.Concat(Enumerable.Range(0, 300).Select(i => $">P{i}\nMKV{new string('A', i)}\n"));
        byte[] whole = TemporaryFiles.Gzip(Encoding.UTF8.GetBytes(text));

        for (int length = whole.Length - 1; length > 1; length -= length > whole.Length - 12 ? 1 : 13)
        {
            string path = _files.Write("p.fasta.gz", whole[..length]);
            var error = Assert.Throws<InvalidDataException>(
                () => LoadedProtein.ReadAll(_context.Data.LoadProteins(path, new ProteinLoadOptions { Lenient = true })));
            Assert.StartsWith($"{path}: the gzip data are damaged or cut off after ", error.Message, StringComparison.Ordinal);
            Assert.EndsWith(" decompressed bytes; expected a complete gzip file, so copy it again.", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void LoadProteins_NoPath_IsRefused()
    {
        Assert.Throws<ArgumentException>(() => _context.Data.LoadProteins([]));
        Assert.Throws<ArgumentException>(() => _context.Data.LoadProteins(""));
    }

    private void AssertRefused(string path, Func<string, string> sentence) =>
        AssertRefused(() => _context.Data.LoadProteins(path, new ProteinLoadOptions { Lenient = true }), sentence(path));

    private static void AssertRefused(Func<object> load, string sentence) =>
        Assert.Equal(sentence, Assert.Throws<InvalidDataException>(load).Message);
}
