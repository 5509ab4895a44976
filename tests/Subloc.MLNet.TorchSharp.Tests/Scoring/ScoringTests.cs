using Microsoft.ML;
using Microsoft.ML.Data;
using Subloc.MLNet.TorchSharp.Networks;
using Subloc.Testing;

namespace Subloc.MLNet.TorchSharp.Tests.Scoring;

[Collection(TorchTests.Name)]
public sealed class ScoringTests
{
    private readonly MLContext _context = new(seed: 1);

    public static TheoryData<string> Networks => [.. NetworkPresets.Names];

    [Theory]
    [MemberData(nameof(Networks))]
    public void Score_AnyCompany_IsTheSame(string network)
    {
        ITransformer model = Fit(network);
        var random = new Random(11);
        string[] sequences = [.. TinyProteins.Load(_context, 60).GetColumn<string>("Sequence").Select(sequence => sequence[..random.Next(1, TinyProteins.Length + 5)])];
        float[][] alone = [.. sequences.Select(sequence => TinyProteins.Scores(model.Transform(Load([sequence]))))];

        for (int round = 0; round < 6; round++)
        {
            int[] company = random.GetItems([.. Enumerable.Range(0, sequences.Length)], random.Next(2, 100));
            float[] together = TinyProteins.Scores(model.Transform(Load([.. company.Select(i => sequences[i])])));

            Assert.All(together.Zip(company.SelectMany(i => alone[i])), pair => Assert.Equal(pair.Second, pair.First, 1e-5));
        }
    }

    [Fact]
    public void Transform_MoreRowsThanABlock_KeepsTheOrder()
    {
        ITransformer model = Fit("cnn-lstm");
        string[] few = [.. TinyProteins.Load(_context, 20).GetColumn<string>("Sequence")];
        string[] many = [.. Enumerable.Range(0, 2500).Select(i => few[i * 7 % few.Length][..(1 + i % 60)])];

        List<object[]> rows = RowValues.Read(model.Transform(Load(many)), "Sequence", "Score");

        Assert.Equal(many, rows.Select(row => (string)row[0]));
        foreach (int i in (int[])[0, 255, 256, 257, 767, 768, 1791, 1792, 1793, 2499])
        {
            float[] alone = TinyProteins.Scores(model.Transform(Load([many[i]])));
            double[] inBlock = (double[])rows[i][1];
            Assert.All(alone.Zip(inBlock), pair => Assert.Equal(pair.First, pair.Second, 1e-5));
        }
    }

    [Fact]
    public void Transform_OnlyInputColumns_ScoresNothing()
    {
        ITransformer model = Fit("cnn1");
        IDataView scored = model.Transform(Load(["M1"]));

        Assert.Equal("M1", RowValues.Read(scored, "Sequence")[0][0]);
        Assert.Throws<InvalidDataException>(() => RowValues.Read(scored, "Score"));
    }

    [Fact]
    public void Transform_NoRows_GivesNone()
    {
        IDataView scored = Fit("cnn1").Transform(Load([]));

        Assert.Empty(RowValues.Read(scored, "Score", "PredictedLabel", "Sequence"));
    }

    [Fact]
    public void Score_EveryRow_AddsUpToOneAndNamesItsLargest()
    {
        ITransformer model = Fit("resnet3");

        List<object[]> rows = RowValues.Read(model.Transform(TinyProteins.Load(_context, 40)), "Score", "PredictedLabel");

        Assert.All(rows, row =>
        {
            double[] scores = (double[])row[0];
            Assert.Equal(1, scores.Sum(), 1e-5);
            Assert.Equal(Array.IndexOf(scores, scores.Max()) + 1, (double)row[1]);
        });
    }

    [Fact]
    public void Model_UsedAfterItsEngineWasDisposed_SaysSo()
    {
        ITransformer model = Fit("cnn1");
        _context.Model.CreatePredictionEngine<Protein, Prediction>(model).Dispose();

        var error = Assert.Throws<ObjectDisposedException>(() => TinyProteins.Scores(model.Transform(Load(["MKV"]))));

        Assert.Contains("OwnsTransformer = false", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Schema_ScoreColumns_AreAnnotatedAsMlNetDoes()
    {
        DataViewSchema schema = Fit("cnn1").GetOutputSchema(Load(["M"]).Schema);

        VBuffer<ReadOnlyMemory<char>> slots = default, values = default;
        schema["Score"].GetSlotNames(ref slots);
        schema["PredictedLabel"].GetKeyValues(ref values);
        Assert.Equal(slots.DenseValues().Select(name => name.ToString()), values.DenseValues().Select(name => name.ToString()));
        Assert.Equal(10, slots.Length);
        ReadOnlyMemory<char> kind = default;
        schema["Score"].Annotations.GetValue("ScoreColumnKind", ref kind);
        Assert.Equal("MulticlassClassification", kind.ToString());
    }

    private ITransformer Fit(string network) =>
        TinyProteins.Pipeline(_context, TinyProteins.Options with { Network = NetworkPresets.Get(network).Config, Epochs = 1 }).Fit(TinyProteins.Load(_context, 40));

    private IDataView Load(string[] sequences) =>
        _context.Data.LoadFromEnumerable(sequences.Select(sequence => new Protein { Sequence = sequence }).ToArray());

    private sealed class Protein
    {
        public string Sequence { get; set; } = "";
    }

    private sealed class Prediction
    {
        public float[] Score { get; set; } = [];
    }
}
