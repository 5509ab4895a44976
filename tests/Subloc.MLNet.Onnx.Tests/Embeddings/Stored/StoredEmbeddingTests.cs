using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.ML;
using Microsoft.ML.Data;
using PureHDF;
using PureHDF.Filters;
using Subloc.MLNet.Onnx.Embeddings;
using Subloc.MLNet.Onnx.Embeddings.Stored;
using Subloc.Testing;

namespace Subloc.MLNet.Onnx.Tests.Embeddings.Stored;

public sealed class StoredEmbeddingTests : IDisposable
{
    private readonly TinyModels _files = new();
    private readonly MLContext _context = new(seed: 1);

    private IDataView Proteins => TinyModels.Proteins(_context, "MKV", "LL");

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void LoadProteinEmbeddings_Hdf5_IsJoinedByAccession(bool byAttribute)
    {
        // biotrainer and bio_embeddings name the datasets by number or hash and keep the accession as an attribute; others name them by accession.
        var file = new H5File
        {
            [byAttribute ? "0" : "P1"] = Dataset("P1", new[] { 4f, 5, 6 }, byAttribute),
            [byAttribute ? "1" : "P0"] = Dataset("P0", new[] { 1f, 2, 3 }, byAttribute),
        };
        file.Write(_files.PathOf("embeddings.h5"));

        double[][] found = TinyModels.Vectors(Fit("embeddings.h5").Transform(Proteins));

        Assert.Equal([[1, 2, 3], [4, 5, 6]], found);
    }

    [Fact]
    public void LoadProteinEmbeddings_Hdf5PerResidue_GivesMeanOrMatrixWithMask()
    {
        var file = new H5File
        {
            ["P0"] = new float[,] { { 1, 10 }, { 2, 20 }, { 3, 30 } },
            ["P1"] = new float[,] { { 4, 40 }, { 5, 50 } },
        };
        file.Write(_files.PathOf("residues.h5"));

        IDataView means = Fit("residues.h5").Transform(Proteins);
        IDataView states = Fit("residues.h5", new StoredEmbeddingOptions { Output = EmbeddingOutput.PerResidue, Length = 4 }).Transform(Proteins);
        IDataView ends = Fit("residues.h5", new StoredEmbeddingOptions { Output = EmbeddingOutput.PerResidue, Length = 2 }).Transform(Proteins);

        Assert.Equal([[2, 20], [4.5, 45]], TinyModels.Vectors(means));
        Assert.Equal([[1, 10, 2, 20, 3, 30, 0, 0], [4, 40, 5, 50, 0, 0, 0, 0]], TinyModels.Vectors(states));
        Assert.Equal([[1, 1, 1, 0], [1, 1, 0, 0]], TinyModels.Vectors(states, "Mask"));
        Assert.Equal([1, 10, 3, 30], TinyModels.Vectors(ends)[0]);
        Assert.Equal(new VectorDataViewType(NumberDataViewType.Single, 4, 2), states.Schema["Features"].Type);
    }

    [Fact]
    public void LoadProteinEmbeddings_Hdf5Compressed_IsRead()
    {
        float[] values = [.. Enumerable.Range(0, 500).Select(i => i % 7 / 2f)];
        var dataset = new H5Dataset(values, chunks: [100], datasetCreation: new(Filters: [ShuffleFilter.Id, DeflateFilter.Id]));
        new H5File { ["P0"] = dataset, ["P1"] = dataset }.Write(_files.PathOf("compressed.h5"));

        Assert.Equal(Array.ConvertAll(values, value => (double)value), TinyModels.Vectors(Fit("compressed.h5").Transform(Proteins))[1]);
    }

    [Fact]
    public void LoadProteinEmbeddings_OtherNumberTypes_AreConverted()
    {
        new H5File { ["P0"] = new[] { 1.5, -2 }, ["P1"] = new[] { (Half)0.5, (Half)3 } }.Write(_files.PathOf("mixed.h5"));
        WriteNpz("mixed.npz", ("P0", "<f8", "(2,)", Bytes(1.5, -2)), ("P1", "<f2", "(2,)", Bytes((Half)0.5, (Half)3)));

        Assert.Equal([[1.5, -2], [0.5, 3]], TinyModels.Vectors(Fit("mixed.h5").Transform(Proteins)));
        Assert.Equal([[1.5, -2], [0.5, 3]], TinyModels.Vectors(Fit("mixed.npz").Transform(Proteins)));
    }

    [Fact]
    public void LoadProteinEmbeddings_Npz_IsJoinedByAccession()
    {
        WriteNpz("embeddings.npz", ("P1", "<f4", "(1, 2)", Bytes(4f, 40)), ("P0", "<f4", "(2, 2)", Bytes(1f, 10, 2, 20)), ("P9", "<f4", "(1, 2)", Bytes(0f, 0)));

        Assert.Equal([[1.5, 15], [4, 40]], TinyModels.Vectors(Fit("embeddings.npz").Transform(Proteins)));
    }

    [Fact]
    public void LoadProteinEmbeddings_MissingProteins_AreNamedInOneSentence()
    {
        WriteNpz("few.npz", ("P1", "<f4", "(2,)", Bytes(1f, 2)));
        IDataView all = TinyModels.Proteins(_context, [.. Enumerable.Repeat("MK", 8)]);

        var error = Assert.Throws<InvalidDataException>(() => Fit("few.npz", data: all));
        IDataView joined = Fit("few.npz", data: _context.Data.LoadFromEnumerable([new TinyModels.Protein { Id = "P1" }])).Transform(all);
        var rowError = Assert.Throws<InvalidDataException>(() => TinyModels.Vectors(joined));

        Assert.Equal($"{_files.PathOf("few.npz")}: 7 of 8 proteins have no embedding here: P0, P2, P3, P4, P5, ...; compute theirs too, or leave the proteins out.", error.Message);
        Assert.Equal($"{_files.PathOf("few.npz")}: the protein 'P0' has no embedding among the 1 here; add it, or leave the protein out.", rowError.Message);
    }

    [Fact]
    public void LoadProteinEmbeddings_Contract_Holds()
    {
        new H5File { ["P0"] = new float[,] { { 1, 10 }, { 2, 20 } }, ["P1"] = new float[,] { { 4, 40 } } }.Write(_files.PathOf("embeddings.h5"));
        string path = _files.PathOf("embeddings.h5");

        EstimatorContract.Check(_context, _context.Transforms.LoadProteinEmbeddings(path), Proteins, 0, "Features");
        EstimatorContract.Check(
            _context,
            _context.Transforms.LoadProteinEmbeddings(path, new StoredEmbeddingOptions { Output = EmbeddingOutput.PerResidue, Length = 3 }),
            Proteins,
            0,
            "Features",
            "Mask");
        EstimatorContract.CheckRefusal(
            _context.Transforms.LoadProteinEmbeddings(path), Proteins, _context.Data.LoadFromEnumerable([new { Id = 1f }]), "Text (the accessions)");
    }

    [Fact]
    public void LoadProteinEmbeddings_FileOfOtherWidthAtLoading_IsRefused()
    {
        new H5File { ["P0"] = new[] { 1f, 2 }, ["P1"] = new[] { 1f, 2 } }.Write(_files.PathOf("embeddings.h5"));
        StoredEmbeddingTransformer transformer = Fit("embeddings.h5");
        _context.Model.Save(transformer, Proteins.Schema, _files.PathOf("pipeline.zip"));
        File.Delete(_files.PathOf("embeddings.h5"));
        new H5File { ["P0"] = new[] { 1f, 2, 3 } }.Write(_files.PathOf("embeddings.h5"));

        var error = Assert.ThrowsAny<Exception>(() => new MLContext().Model.Load(_files.PathOf("pipeline.zip"), out DataViewSchema _)).GetBaseException();

        Assert.Equal(
            $"{_files.PathOf("embeddings.h5")}: the embeddings have 3 values, but the pipeline was made with 2; use embeddings of the same language model.",
            Assert.IsType<InvalidDataException>(error).Message);
    }

    [Fact]
    public void LoadProteinEmbeddings_Hdf5Damaged_IsRefusedInOneSentence()
    {
        float[] values = [.. Enumerable.Range(0, 64).Select(i => i / 8f)];
        new H5File { ["P0"] = values, ["P1"] = values }.Write(_files.PathOf("whole.h5"));
        byte[] whole = File.ReadAllBytes(_files.PathOf("whole.h5"));

        foreach (int length in Enumerable.Range(0, 12).Select(i => 8 + i * (whole.Length - 8) / 12))
            CheckDamaged(whole[..length]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(100)]
    public void LoadProteinEmbeddings_NpzDamaged_IsRefusedInOneSentence(int cut)
    {
        WriteNpz("whole.npz", ("P0", "<f4", "(2,)", Bytes(1f, 2)), ("P1", "<f4", "(2,)", Bytes(3f, 4)));
        byte[] whole = File.ReadAllBytes(_files.PathOf("whole.npz"));
        CheckDamaged(whole[..^cut]);

        int at = whole.AsSpan().IndexOf(Bytes(3f, 4));
        whole[at]++;
        CheckDamaged(whole);
    }

    [Fact]
    public void LoadProteinEmbeddings_FilesThatAreNone_SayWhatIsExpected()
    {
        new H5File { ["P0"] = new[] { 1f, 2 }, ["P1"] = new[] { 1f, 2, 3 } }.Write(_files.PathOf("uneven.h5"));
        new H5File { ["P0"] = new[] { 1, 2 }, ["P1"] = new[] { 1, 2 } }.Write(_files.PathOf("whole-numbers.h5"));
        new H5File { ["0"] = Dataset("P0", new[] { 1f }, true), ["1"] = Dataset("P0", new[] { 1f }, true) }.Write(_files.PathOf("twice.h5"));
        new H5File { ["folder"] = new H5Group() }.Write(_files.PathOf("empty.h5"));
        new H5File { ["P0"] = new[] { 1f, float.NaN }, ["P1"] = new[] { 1f, 2 } }.Write(_files.PathOf("nan.h5"));
        _files.Write("text.h5", "P0 1 2 3"u8.ToArray());

        Assert.EndsWith("the embedding 'P1' has the shape (3); expected (2) as the first one, so compute it anew.", Error("uneven.h5"), StringComparison.Ordinal);
        Assert.EndsWith("the embedding 'P0' holds FixedPoint values; expected floating point numbers.", Error("whole-numbers.h5"), StringComparison.Ordinal);
        Assert.EndsWith("the protein 'P0' has two embeddings; keep one.", Error("twice.h5"), StringComparison.Ordinal);
        Assert.EndsWith("the file has no embedding; expected one array a protein, named by its accession.", Error("empty.h5"), StringComparison.Ordinal);
        Assert.EndsWith("the embedding of 'P0' has the value NaN; embeddings must be finite numbers.", Error("nan.h5"), StringComparison.Ordinal);
        Assert.EndsWith("text.h5: this is no file of embeddings; expected NPZ, or HDF5 as bio_embeddings and biotrainer write it.", Error("text.h5"), StringComparison.Ordinal);
        Assert.EndsWith("the file has one vector a protein, not one a residue; set Output to Mean or use a per-residue file.",
            Assert.Throws<InvalidDataException>(() => Fit("uneven.h5", new StoredEmbeddingOptions { Output = EmbeddingOutput.PerResidue })).Message, StringComparison.Ordinal);
        Assert.StartsWith("absent.h5: there is no such file of embeddings",
            Assert.Throws<FileNotFoundException>(() => _context.Transforms.LoadProteinEmbeddings("absent.h5").Fit(Proteins)).Message, StringComparison.Ordinal);
    }

    private static H5Dataset Dataset(string accession, float[] values, bool byAttribute) => byAttribute
        ? new H5Dataset(values) { Attributes = new() { ["original_id"] = accession } }
        : new H5Dataset(values);

    private static byte[] Bytes<T>(params T[] values)
        where T : unmanaged => MemoryMarshal.AsBytes(values.AsSpan()).ToArray();

    private void WriteNpz(string name, params (string Name, string Type, string Shape, byte[] Values)[] arrays)
    {
        using var archive = new ZipArchive(File.Create(_files.PathOf(name)), ZipArchiveMode.Create);
        foreach ((string array, string type, string shape, byte[] values) in arrays)
        {
            string header = $"{{'descr': '{type}', 'fortran_order': False, 'shape': {shape}, }}".PadRight(117) + "\n";
            using Stream entry = archive.CreateEntry(array + ".npy", CompressionLevel.NoCompression).Open();
            entry.Write([0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. Encoding.ASCII.GetBytes(header), .. values]);
        }
    }

    private StoredEmbeddingTransformer Fit(string name, StoredEmbeddingOptions? options = null, IDataView? data = null) =>
        _context.Transforms.LoadProteinEmbeddings(_files.PathOf(name), options ?? new StoredEmbeddingOptions()).Fit(data ?? Proteins);

    private string Error(string name) =>
        Assert.Throws<InvalidDataException>(() => TinyModels.Vectors(Fit(name).Transform(Proteins))).Message;

    private void CheckDamaged(byte[] content)
    {
        _files.Write("damaged", content);
        string message = Error("damaged");
        Assert.StartsWith(_files.PathOf("damaged"), message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }
}
