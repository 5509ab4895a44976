using Microsoft.ML;
using Microsoft.ML.Data;
using Subloc.MLNet.TorchSharp.Networks;
using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Tests.Scoring;

/// <summary>One model, used by several threads.</summary>
[Collection(TorchTests.Name)]
public sealed class ConcurrencyTests
{
    private readonly MLContext _context = new(seed: 1);

    [Theory]
    [InlineData("cnn-lstm", 1)]
    [InlineData("resnet3", 2)]
    public void Model_EightThreads_GiveTheAnswersOfOne(string network, int intraOpThreads)
    {
        using var setting = new ThreadSetting(intraOpThreads);
        ITransformer model = Fit(network);
        IDataView data = TinyProteins.Load(_context, 300);
        float[] expected = TinyProteins.Scores(model.Transform(data));
        string[] sequences = [.. data.GetColumn<string>("Sequence")];

        InThreads(8, thread =>
        {
            using var engine = _context.Model.CreatePredictionEngine<Protein, Prediction>(model, new PredictionEngineOptions { OwnsTransformer = false });
            for (int round = 0; round < 3; round++)
            {
                Assert.Equal(expected, TinyProteins.Scores(model.Transform(data)));
                for (int protein = thread; protein < 300; protein += 24)
                {
                    float[] scores = engine.Predict(new Protein { Sequence = sequences[protein] }).Score;
                    Assert.All(scores.Zip(expected.Skip(protein * 10)), pair => Assert.Equal(pair.Second, pair.First, 1e-5));
                }
            }
        });
    }

    [Fact]
    public void Model_UsersThatEndEarly_DoNotDisturbTheOthers()
    {
        using var setting = new ThreadSetting(2);
        ITransformer model = Fit("cnn-lstm");
        IDataView data = TinyProteins.Load(_context, 600);
        float[] expected = TinyProteins.Scores(model.Transform(data));

        InThreads(8, thread =>
        {
            for (int round = 0; round < 3; round++)
            {
                if (thread % 2 == 0)
                {
                    Assert.Equal(expected, TinyProteins.Scores(model.Transform(data)));
                    continue;
                }

                // An engine and a cursor that are disposed while the other threads score, the cursor with a block being read.
                _context.Model.CreatePredictionEngine<Protein, Prediction>(model, new PredictionEngineOptions { OwnsTransformer = false }).Dispose();
                IDataView scored = model.Transform(data);
                using DataViewRowCursor cursor = scored.GetRowCursor([scored.Schema["Score"]]);
                Assert.True(cursor.MoveNext());
            }
        });
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Model_DisposedWhileThreadsScore_EndsTheirWorkFirst(int intraOpThreads)
    {
        using var setting = new ThreadSetting(intraOpThreads);
        IDataView data = TinyProteins.Load(_context, 400);
        for (int round = 0; round < 5; round++)
        {
            ITransformer model = Fit("cnn-lstm");
            Task[] tasks = [.. Enumerable.Range(0, 4).Select(_ => Task.Run(() => TinyProteins.Scores(model.Transform(data))))];
            ((IDisposable)model).Dispose();

            foreach (Task task in tasks)
                Assert.True(await Record.ExceptionAsync(() => task) is null or ObjectDisposedException);
        }
    }

    [Fact]
    public void Transform_TwoThreadsAnOperation_LeavesTheThreadsOfOthersAsTheyAre()
    {
        using var setting = new ThreadSetting(2);
        ITransformer model = Fit("cnn1");

        TinyProteins.Scores(model.Transform(TinyProteins.Load(_context, 200)));

        int ofNewThreads = 0;
        InThreads(1, _ => ofNewThreads = get_num_threads());
        Assert.Equal((2, 2), (get_num_threads(), ofNewThreads));
    }

    private ITransformer Fit(string network) =>
        TinyProteins.Pipeline(_context, TinyProteins.Options with { Network = SeedNetworks.Get(network).Config, Epochs = 1 }).Fit(TinyProteins.Load(_context, 40));

    // Threads of their own: the pool would start with as many as there are processors.
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

    private sealed class Protein
    {
        public string Sequence { get; set; } = "";
    }

    private sealed class Prediction
    {
        public float[] Score { get; set; } = [];
    }
}
