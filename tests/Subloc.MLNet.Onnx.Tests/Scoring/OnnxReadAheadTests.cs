using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Subloc.MLNet.Onnx.Scoring;

namespace Subloc.MLNet.Onnx.Tests.Scoring;

/// <summary>Views scored by exported models, read from streams and by several threads.</summary>
public sealed class OnnxReadAheadTests : IDisposable
{
    private readonly MLContext _context = new(seed: 1);
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData(0)]
    [InlineData(1000)]
    public void MoveNext_ReadingFails_ThrowsItsError(int row)
    {
        using TransformerChain<ITransformer> model = Load(new CompositionModel());
        IDataView scored = model.Transform(Stream(5000, number =>
        {
            if (number == row)
                throw new InvalidDataException($"Row {row} is broken.");
        }));
        using DataViewRowCursor cursor = scored.GetRowCursor([scored.Schema["Score"]]);
        int rows = 0;

        var error = Assert.Throws<InvalidDataException>(() =>
        {
            while (cursor.MoveNext())
                rows++;
        });

        Assert.Equal($"Row {row} is broken.", error.Message);
        Assert.Equal(row, rows);
    }

    [Fact]
    public void MoveNext_ContextCancelled_Ends()
    {
        using TransformerChain<ITransformer> model = Load(new CompositionModel());
        IDataView scored = model.Transform(Stream(int.MaxValue, number =>
        {
            if (number == 700)
                ((ICancelable)_context.Model.GetEnvironment()).CancelExecution();
        }));

        Assert.Throws<OperationCanceledException>(() => ScoredProteins.Scores(scored));
    }

    [Fact]
    public void MoveNext_TokenOfTheModelCancelled_Ends()
    {
        using var source = new CancellationTokenSource();
        using TransformerChain<ITransformer> model = Load(new CompositionModel());
        model.OfType<ProteinOnnxTransformer>().Single().Model.ScoringCancellation = source.Token;
        IDataView scored = model.Transform(Stream(int.MaxValue));
        using DataViewRowCursor cursor = scored.GetRowCursor([scored.Schema["Score"]]);
        for (int i = 0; i < 1000; i++)
            Assert.True(cursor.MoveNext());

        source.Cancel();

        Assert.Throws<OperationCanceledException>(() =>
        {
            while (cursor.MoveNext())
                continue;
        });
    }

    [Fact]
    public void Transform_FiftyThousandRows_KeepsMemoryFlat()
    {
        using TransformerChain<ITransformer> model = Load(new CompositionModel { Length = 400 });
        IDataView scored = model.Transform(Stream(50_000));
        using DataViewRowCursor cursor = scored.GetRowCursor([scored.Schema["Score"]]);
        long residentThen = 0;
        int rows = 0;

        while (cursor.MoveNext())
        {
            if (++rows == 10_000)
                residentThen = Resident();
        }

        Assert.Equal(50_000, rows);
        Assert.InRange(Resident() - residentThen, long.MinValue, 50 << 20);
    }

    [Fact]
    public void Model_EightThreads_GiveTheAnswersOfOne()
    {
        using TransformerChain<ITransformer> model = Load(new CompositionModel());
        string[] sequences = ScoredProteins.Random(600, 80);
        IDataView data = ScoredProteins.Load(_context, sequences);
        List<float[]> expected = ScoredProteins.Scores(model.Transform(data));

        InThreads(8, thread =>
        {
            using var engine = _context.Model.CreatePredictionEngine<ScoredProteins.Protein, ScoredProteins.Prediction>(
                model, new PredictionEngineOptions { OwnsTransformer = false });
            for (int round = 0; round < 5; round++)
            {
                Assert.Equal(expected, ScoredProteins.Scores(model.Transform(data)));
                for (int protein = thread; protein < sequences.Length; protein += 24)
                    ScoredProteins.AssertNear(expected[protein], engine.Predict(new ScoredProteins.Protein { Sequence = sequences[protein] }).Score);
            }
        });
    }

    [Fact]
    public async Task Model_DisposedWhileThreadsScore_EndsTheirWorkFirst()
    {
        IDataView data = ScoredProteins.Load(_context, ScoredProteins.Random(2000, 80));
        for (int round = 0; round < 5; round++)
        {
            TransformerChain<ITransformer> model = Load(new CompositionModel());
            Task[] tasks = [.. Enumerable.Range(0, 4).Select(_ => Task.Run(() => ScoredProteins.Scores(model.Transform(data))))];
            model.Dispose();

            foreach (Task task in tasks)
                Assert.True(await Record.ExceptionAsync(() => task) is null or ObjectDisposedException);
        }
    }

    [Fact]
    public void Threads_SetToNone_AreAsManyAsProcessors()
    {
        using TransformerChain<ITransformer> loaded = Load(new CompositionModel());
        ProteinOnnxModel model = loaded.OfType<ProteinOnnxTransformer>().Single().Model;

        model.Threads = 3;
        Assert.Equal(3, model.Threads);
        model.Threads = 0;
        Assert.Equal(Environment.ProcessorCount, model.Threads);
        Assert.Throws<ArgumentOutOfRangeException>(() => model.Threads = -1);
    }

    public void Dispose() => _folder.Dispose();

    private static long Resident()
    {
        GC.Collect();
        return Environment.WorkingSet;
    }

    private static void InThreads(int count, Action<int> work)
    {
        var errors = new List<Exception>();
        Thread[] threads = [.. Enumerable.Range(0, count).Select(number => new Thread(() =>
        {
            if (Record.Exception(() => work(number)) is { } error)
            {
                lock (errors)
                    errors.Add(error);
            }
        }))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        Assert.Empty(errors);
    }

    private TransformerChain<ITransformer> Load(CompositionModel model) => _context.Model.LoadProteinOnnx(model.Save(_folder.At("m.onnx")));

    private IDataView Stream(int count, Action<int>? onRow = null)
    {
        IEnumerable<string> Generate()
        {
            var random = new Random(5);
            for (int i = 0; i < count; i++)
            {
                onRow?.Invoke(i);
                yield return random.GetString("ACDEFGHIKLMNPQRSTVWY", 1 + random.Next(400));
            }
        }

        return ScoredProteins.Load(_context, Generate());
    }
}
