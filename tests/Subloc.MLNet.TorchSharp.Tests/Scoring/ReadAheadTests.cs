using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Subloc.MLNet.TorchSharp.Scoring;
using TorchSharp;
using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Tests.Scoring;

/// <summary>Scoring views that are read from streams: errors, early ends, cancellation and memory.</summary>
[Collection(TorchTests.Name)]
public sealed class ReadAheadTests
{
    private readonly MLContext _context = new(seed: 1);

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(1000)]
    public void MoveNext_ReadingFails_ThrowsItsError(int row)
    {
        using Model model = Fit();
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
        Assert.Throws<InvalidDataException>(() => cursor.MoveNext());
    }

    [Fact]
    public void MoveNext_ForbiddenLetterInALaterBlock_KeepsTheMessage()
    {
        using Model model = Fit();
        IDataView scored = model.Transform(_context.Data.LoadFromEnumerable(Enumerable.Range(0, 900).Select(i => new Protein { Sequence = i == 800 ? "MK7" : "MKV" })));

        var error = Assert.Throws<InvalidDataException>(() => TinyProteins.Scores(scored));

        Assert.Contains("'7'", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Dispose_BetweenRows_LeavesNoThreadNorTensor(int intraOpThreads)
    {
        using var setting = new ThreadSetting(intraOpThreads);
        using Model model = Fit();
        int read = 0;
        IDataView scored = model.Transform(Stream(int.MaxValue, _ => read++));
        TinyProteins.Scores(model.Transform(Stream(600)));
        (long, long) before = (LiveTensors.Count(), Mine());

        foreach (int rows in (int[])[0, 1, 300, 3000])
        {
            using (DataViewRowCursor cursor = scored.GetRowCursor([scored.Schema["Score"]]))
            {
                for (int i = 0; i < rows; i++)
                    Assert.True(cursor.MoveNext());
            }

            // Nothing reads on behind the back of who disposed the cursor.
            int readThen = read;
            Thread.Sleep(50);
            Assert.Equal(readThen, read);
        }

        Assert.Equal(before, (Tensor.TotalCount, Mine()));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(700)]
    public void MoveNext_ContextCancelled_Ends(int row)
    {
        using Model model = Fit();
        IDataView scored = model.Transform(Stream(int.MaxValue, number =>
        {
            if (number == row)
                ((ICancelable)_context.Model.GetEnvironment()).CancelExecution();
        }));

        Assert.Throws<OperationCanceledException>(() => TinyProteins.Scores(scored));
    }

    [Fact]
    public void MoveNext_TokenOfTheModelCancelled_Ends()
    {
        using var source = new CancellationTokenSource();
        using Model model = Fit();
        model.Network.ScoringCancellation = source.Token;
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
    public void Transform_ContextCancelledBefore_StillScores()
    {
        using Model model = Fit();
        ((ICancelable)_context.Model.GetEnvironment()).CancelExecution();

        Assert.Equal(3000, TinyProteins.Scores(model.Transform(Stream(300))).Length);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Transform_FiftyThousandRows_KeepsMemoryFlat(int intraOpThreads)
    {
        using var setting = new ThreadSetting(intraOpThreads);
        using Model model = Fit();
        IDataView scored = model.Transform(Stream(50_000));
        (long, long) before = (LiveTensors.Count(), Mine());
        long residentThen = 0;
        int rows = 0;

        using (DataViewRowCursor cursor = scored.GetRowCursor([scored.Schema["Score"]]))
        {
            while (cursor.MoveNext())
            {
                if (++rows == 5000)
                    residentThen = Resident();
            }
        }

        Assert.Equal(50_000, rows);
        Assert.InRange(Resident() - residentThen, long.MinValue, 50 << 20);
        Assert.Equal(before, (Tensor.TotalCount, Mine()));
    }

    private static long Mine() => DisposeScopeManager.Statistics.ThreadTotalLiveCount;

    private static long Resident()
    {
        GC.Collect();
        return Environment.WorkingSet;
    }

    private Model Fit() => new(TinyProteins.Pipeline(_context, TinyProteins.Options with { Epochs = 1 }).Fit(TinyProteins.Load(_context, 40)));

    // Random proteins, made when they are read.
    private IDataView Stream(int count, Action<int>? onRow = null)
    {
        IEnumerable<Protein> Generate()
        {
            var random = new Random(5);
            for (int i = 0; i < count; i++)
            {
                onRow?.Invoke(i);
                yield return new Protein { Sequence = random.GetString("ACDEFGHIKLMNPQRSTVWY", 1 + random.Next(80)) };
            }
        }

        return _context.Data.LoadFromEnumerable(Generate());
    }

    private sealed class Protein
    {
        public string Sequence { get; set; } = "";
    }

    // Chains of transformers are not freed when a test ends.
    private sealed class Model(ITransformer transformer) : IDisposable
    {
        public ProteinNetworkModel Network { get; } = ((IEnumerable<ITransformer>)transformer).OfType<ProteinNetworkTransformer>().Single().Model;

        public IDataView Transform(IDataView data) => transformer.Transform(data);

        public void Dispose() => ((IDisposable)transformer).Dispose();
    }
}
