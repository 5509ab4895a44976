using Microsoft.ML;
using Microsoft.ML.Data;
using Subloc.MLNet.Onnx.Embeddings;
using Subloc.Testing;
using static Subloc.MLNet.Onnx.Tests.Embeddings.TinyModels;

namespace Subloc.MLNet.Onnx.Tests.Embeddings;

public sealed class EmbedProteinTests : IDisposable
{
    private readonly TinyModels _models = new();
    private readonly MLContext _context = new(seed: 1);

    public void Dispose() => _models.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void EmbedProtein_Mean_IsTheReferencesMeanOverResidues(bool isEsm)
    {
        TinyTransformer model = isEsm ? Esm : Bert;
        string[] sequences = [.. ((int[])[1, 7, 61, 30, 2, 30]).Select((length, seed) => Residues(length, seed))];
        string path = isEsm ? _models.WriteEsm() : _models.WriteBert();
        IDataView data = Proteins(_context, sequences);

        ProteinEmbeddingTransformer transformer = _context.Transforms.EmbedProtein(path).Fit(data);
        double[][] embedded = Vectors(transformer.Transform(data));

        Assert.Equal(isEsm ? LanguageModelVocabulary.Esm2 : LanguageModelVocabulary.ProtBert, transformer.Vocabulary);
        Assert.Equal(sequences.Length, embedded.Length);
        for (int i = 0; i < sequences.Length; i++)
            AssertClose(Mean(Reference(model, sequences[i])), embedded[i]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void EmbedProtein_PerResidue_IsTheReferenceWithZerosAndMaskBehind(bool isEsm)
    {
        TinyTransformer model = isEsm ? Esm : Bert;
        string[] sequences = [Residues(5, 1), Residues(40, 2), Residues(20, 3)];
        IDataView data = Proteins(_context, sequences);
        var options = new ProteinEmbeddingOptions { Output = EmbeddingOutput.PerResidue, Length = 20, OutputColumnName = "States" };

        IDataView embedded = _context.Transforms.EmbedProtein(isEsm ? _models.WriteEsm() : _models.WriteBert(), options).Fit(data).Transform(data);

        Assert.Equal(new VectorDataViewType(NumberDataViewType.Single, 20, model.Width), embedded.Schema["States"].Type);
        double[][] states = Vectors(embedded, "States"), masks = Vectors(embedded, "Mask");
        for (int i = 0; i < sequences.Length; i++)
        {
            double[][] reference = Reference(model, sequences[i]);
            double[][] kept = reference.Length > 20 ? [.. reference[..10], .. reference[^10..]] : reference;
            AssertClose([.. kept.SelectMany(state => state), .. new double[(20 - kept.Length) * model.Width]], states[i]);
            Assert.Equal([.. Enumerable.Repeat(1.0, kept.Length), .. new double[20 - kept.Length]], masks[i]);
        }
    }

    [Fact]
    public void EmbedProtein_KeepEnds_ReadsBothEndsAsOneSequence()
    {
        string sequence = Residues(50, 4);
        IDataView data = Proteins(_context, sequence);

        IDataView embedded = _context.Transforms.EmbedProtein(_models.WriteEsm(), new ProteinEmbeddingOptions { MaxResidues = 21 }).Fit(data).Transform(data);

        AssertClose(Mean(Reference(Esm, sequence[..11] + sequence[^10..])), Vectors(embedded)[0]);
    }

    [Fact]
    public void EmbedProtein_Windows_AveragesWhatWindowsShare()
    {
        string sequence = Residues(50, 5);
        IDataView data = Proteins(_context, sequence, Residues(9, 6));
        var options = new ProteinEmbeddingOptions { MaxResidues = 20, LongSequences = LongSequences.Windows, WindowOverlap = 8, BatchTokens = 45 };
        var sums = new double[50][];
        var counts = new int[50];
        foreach (int start in (int[])[0, 12, 24, 30])
        {
            double[][] window = Reference(Esm, sequence.Substring(start, 20));
            for (int i = 0; i < 20; i++)
            {
                sums[start + i] = [.. window[i].Zip(sums[start + i] ?? new double[Esm.Width], (a, b) => a + b)];
                counts[start + i]++;
            }
        }

        double[][] expected = [.. sums.Select((sum, i) => sum.Select(value => value / counts[i]).ToArray())];
        IDataView means = _context.Transforms.EmbedProtein(_models.WriteEsm(), options).Fit(data).Transform(data);
        IDataView states = _context.Transforms.EmbedProtein(_models.WriteEsm(), options with { Output = EmbeddingOutput.PerResidue, Length = 50 }).Fit(data).Transform(data);

        AssertClose(Mean(expected), Vectors(means)[0]);
        AssertClose([.. expected.SelectMany(state => state)], Vectors(states)[0]);
    }

    [Fact]
    public void EmbedProtein_Refuse_NamesTheLengthAndTheLimit()
    {
        IDataView data = Proteins(_context, Residues(10, 1), Residues(11, 2));
        var options = new ProteinEmbeddingOptions { MaxResidues = 10, LongSequences = LongSequences.Refuse };

        var error = Assert.Throws<InvalidDataException>(() => Vectors(_context.Transforms.EmbedProtein(_models.WriteEsm(), options).Fit(data).Transform(data)));

        Assert.Equal("Column 'Sequence': The sequence has 11 residues, but the language model reads at most 10 at once (MaxResidues); "
            + "set LongSequences to KeepEnds or Windows, or leave the row out.", error.Message);
    }

    [Fact]
    public void EmbedProtein_BeyondTheModelsPositions_SaysToLowerMaxResidues()
    {
        IDataView data = Proteins(_context, Residues(70, 1));

        var error = Assert.Throws<InvalidOperationException>(() => Vectors(_context.Transforms.EmbedProtein(_models.WriteBert()).Fit(data).Transform(data)));

        Assert.Contains("bert.onnx: the language model cannot compute 1 proteins of 72 tokens; lower MaxResidues to what it reads at once", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void EmbedProtein_ManyLengths_KeepsOrderAndDoesNotDependOnTheBatch()
    {
        string[] sequences = [.. Enumerable.Range(0, 150).Select(i => Residues(1 + i * 37 % 60, i % 140))];
        IDataView data = Proteins(_context, sequences);
        string path = _models.WriteEsm();

        double[][] large = Vectors(_context.Transforms.EmbedProtein(path).Fit(data).Transform(data));
        double[][] single = Vectors(_context.Transforms.EmbedProtein(path, new ProteinEmbeddingOptions { BatchTokens = 1, Threads = 1 }).Fit(data).Transform(data));

        for (int i = 0; i < sequences.Length; i++)
            AssertClose(single[i], large[i]);
        AssertClose(Mean(Reference(Esm, sequences[149])), large[149]);
    }

    [Theory]
    [InlineData(EmbeddingOutput.Mean, false)]
    [InlineData(EmbeddingOutput.PerResidue, true)]
    public void EmbedProtein_Contract_Holds(EmbeddingOutput output, bool store)
    {
        IDataView data = Proteins(_context, Residues(5, 1), "mkvlaaGIX*", Residues(40, 3), Residues(40, 3));
        var options = new ProteinEmbeddingOptions { Output = output, Length = 30, StoreModel = store };
        string[] columns = output == EmbeddingOutput.Mean ? ["Features"] : ["Features", "Mask"];

        EstimatorContract.Check(_context, _context.Transforms.EmbedProtein(_models.WriteEsm(), options), data, 1e-5, columns);
    }

    [Fact]
    public void EmbedProtein_SequenceIsNoText_IsRefused()
    {
        IDataView good = Proteins(_context, "MK");
        IDataView bad = _context.Data.LoadFromEnumerable([new { Sequence = 1f }]);

        EstimatorContract.CheckRefusal(_context.Transforms.EmbedProtein(_models.WriteEsm()), good, bad, "Text (the raw residue letters)");
    }

    [Fact]
    public void EmbedProtein_ForeignLetter_NamesColumnAndPosition()
    {
        IDataView data = Proteins(_context, "MK", "M1K");

        var error = Assert.Throws<InvalidDataException>(() => Vectors(_context.Transforms.EmbedProtein(_models.WriteEsm()).Fit(data).Transform(data)));

        Assert.StartsWith("Column 'Sequence': The sequence has the character '1' at position 2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void EmbedProtein_Cancelled_EndsWithinABatch()
    {
        using var cancellation = new CancellationTokenSource();
        IDataView data = Proteins(_context, [.. Enumerable.Range(0, 100).Select(i => Residues(20, i))]);
        var options = new ProteinEmbeddingOptions { BatchTokens = 1, CancellationToken = cancellation.Token };
        IDataView embedded = _context.Transforms.EmbedProtein(_models.WriteEsm(), options).Fit(data).Transform(data);
        using DataViewRowCursor cursor = embedded.GetRowCursor(embedded.Schema);
        Assert.True(cursor.MoveNext());

        cancellation.Cancel();

        Assert.Throws<OperationCanceledException>(() =>
        {
            while (cursor.MoveNext())
            {
            }
        });
    }

    [Fact]
    public void EmbedProtein_Messages_TellHowManyWereComputed()
    {
        var messages = new List<string>();
        _context.Log += (_, entry) => messages.Add(entry.RawMessage);
        IDataView data = Proteins(_context, "MKV", "MKV", "LLL");

        Vectors(_context.Transforms.EmbedProtein(_models.WriteEsm()).Fit(data).Transform(data));

        Assert.Contains("Embedded 3 proteins; 1 of them were in the cache or equal to others.", messages);
    }

    [Fact]
    public void EmbedProtein_ThreadsAtOnce_GiveTheSame()
    {
        IDataView data = Proteins(_context, [.. Enumerable.Range(0, 40).Select(i => Residues(5 + i, i))]);
        ProteinEmbeddingTransformer transformer = _context.Transforms.EmbedProtein(_models.WriteEsm()).Fit(data);
        double[][] expected = Vectors(transformer.Transform(data));

        Parallel.For(0, 4, _ =>
        {
            double[][] found = Vectors(transformer.Transform(data));
            for (int i = 0; i < expected.Length; i++)
                AssertClose(expected[i], found[i]);
        });
    }
}
