using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;
using Subloc.MLNet.Explanation;
using Subloc.MLNet.Transforms.Encoding;

namespace Subloc.MLNet.Tests.Explanation;

/// <summary>Models that another trainer made than one of this library.</summary>
public sealed class ForeignModelTests
{
    private const int Length = 12;
    private const string Residues = "ACDEGHIKLM";

    private readonly MLContext _context = new(seed: 1);

    [Fact]
    public void Explain_OfALinearModel_FindsTheOnlyResidueThatCounts()
    {
        ITransformer model = Train();

        ProteinExplanation explanation = model.Explain(_context, "ACDEWGHIKLMA", new ExplanationOptions { Window = 1 });
        ProteinExplanation wide = model.Explain(_context, "ACDEWGHIKLMA", new ExplanationOptions { Window = 3 });

        Assert.Equal(ExplanationMethod.Occlusion, explanation.Method);
        Assert.Equal(("with", "with"), (explanation.Prediction.PredictedLabel, explanation.ExplainedClass));
        Assert.Equal(4, explanation.Importance.Index().MaxBy(residue => residue.Item).Index);
        Assert.Null(explanation.ScoreDifference);
        Assert.Equal([3, 4, 5], wide.Importance.Index().OrderByDescending(residue => residue.Item).Take(3).Select(residue => residue.Index).Order());
    }

    [Fact]
    public void Scan_OfALinearModel_FindsTheOnlyPositionThatCounts()
    {
        ITransformer model = Train();

        SubstitutionScan lost = model.ScanSubstitutions(_context, "ACDEWGHIKLMA", new SubstitutionScanOptions { Top = 19 });
        SubstitutionScan gained = model.ScanSubstitutions(_context, "ACDEAGHIKLMA", new SubstitutionScanOptions { Top = 1 });

        Assert.All(lost.Effects, effect => Assert.Equal((5, 'W'), (effect.Substitution.Position, effect.Substitution.From)));
        Assert.All(lost.Effects, effect => Assert.True(effect.Change < 0));
        Assert.Equal("A5W", Assert.Single(gained.Effects).Substitution.ToString());
        Assert.Equal(("without", "with"), (gained.WildType.PredictedLabel, gained.Effects[0].PredictedLabel));
    }

    [Theory]
    [InlineData(ExplanationMethod.IntegratedGradients, "Integrated gradients need a network that libtorch computes, and this model is computed otherwise; use Occlusion, or the model that it was exported from.")]
    [InlineData(ExplanationMethod.Attention, "The model's network gives no attention; use Occlusion or IntegratedGradients.")]
    public void Explain_ByWhatTheModelLacks_IsRefused(ExplanationMethod method, string message) => Assert.Equal(
        message, Assert.Throws<NotSupportedException>(() => Train().Explain(_context, "ACDE", new ExplanationOptions { Method = method })).Message);

    [Fact]
    public void Explain_OfAModelWithoutScores_IsRefused()
    {
        IDataView data = Load();
        ITransformer encoder = _context.Transforms.EncodeProtein(new ProteinEncodingOptions { Length = Length }).Fit(data);

        Assert.Contains("Column 'Score' is missing", Assert.Throws<ArgumentOutOfRangeException>(() => encoder.Explain(_context, "ACDE")).Message, StringComparison.Ordinal);
        Assert.Contains("Column 'Sequence' is missing", Assert.Throws<ArgumentOutOfRangeException>(
            () => Train().Explain(_context, _context.Transforms.DropColumns("Sequence").Fit(data).Transform(data)).Count()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Compare_SequencesOfUnequalLengths_TellsNoSubstitutions()
    {
        VariantComparison compared = Train().CompareVariants(_context, "ACDEWGHIKLMA", "acdea*");

        Assert.Null(compared.Substitutions);
        Assert.Equal("ACDEA", compared.MutantSequence);
        Assert.True(compared.IsClassChanged);
    }

    private IDataView Load()
    {
        var random = new Random(4);
        return _context.Data.LoadFromEnumerable(Enumerable.Range(0, 200).Select(i =>
        {
            char[] letters = random.GetString(Residues, Length).ToCharArray();
            if (i % 2 == 0)
                letters[4] = 'W';
            return new Row { Sequence = new string(letters), Label = i % 2 == 0 ? "with" : "without" };
        }).ToArray());
    }

    private TransformerChain<MulticlassPredictionTransformer<MaximumEntropyModelParameters>> Train()
    {
        IDataView data = Load();
        return _context.Transforms.Conversion.MapValueToKey("Label")
            .Append(_context.Transforms.EncodeProtein(new ProteinEncodingOptions { Length = Length, Encoding = ProteinEncoding.OneHot }))
            .Append(_context.MulticlassClassification.Trainers.LbfgsMaximumEntropy()).Fit(data);
    }

    private sealed class Row
    {
        public string Sequence { get; set; } = "";

        public string Label { get; set; } = "";
    }
}
