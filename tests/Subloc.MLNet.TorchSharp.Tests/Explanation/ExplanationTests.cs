using Microsoft.ML;
using Subloc.MLNet.Explanation;
using Subloc.MLNet.Sequences;
using Subloc.MLNet.TorchSharp.Networks;
using Subloc.MLNet.TorchSharp.Persistence;
using Subloc.MLNet.TorchSharp.Training;
using Subloc.MLNet.Transforms.Encoding;
using Xunit.Abstractions;

namespace Subloc.MLNet.TorchSharp.Tests.Explanation;

[Collection(TorchTests.Name)]
public sealed class ExplanationTests(ITestOutputHelper output) : IDisposable
{
    private const int Length = TinyProteins.Length;

    private static readonly ExplanationOptions _gradients = new() { Method = ExplanationMethod.IntegratedGradients };

    private readonly MLContext _context = new(seed: 1);
    private readonly Lazy<ITransformer> _model = new(() => Train(new MLContext(1), TinyProteins.Options));

    public static TheoryData<string> Names => [.. NetworkPresets.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void IntegratedGradients_OfAnyNetwork_AddUpToTheDifferenceOfLogOdds(string name)
    {
        ITransformer model = Train(_context, TinyProteins.Options with { Network = NetworkPresets.Get(name).Config, Epochs = 1 });
        string sequence = Sequence(Length);

        ProteinExplanation explanation = model.Explain(_context, sequence, _gradients with { Baselines = 0, Steps = 1024 });

        VariantComparison unknown = model.CompareVariants(_context, sequence, new string('X', Length));
        int explained = unknown.WildType.ClassNames.ToList().IndexOf(explanation.ExplainedClass);
        double expected = LogOdds(unknown.WildType, explained) - LogOdds(unknown.Mutant, explained);
        double sum = explanation.Importance.Sum(value => (double)value);
        output.WriteLine($"{name}: {sum:F5} of {expected:F5}");
        Assert.Equal(expected, explanation.ScoreDifference!.Value, 1e-3);
        Assert.Equal(expected, sum, 0.02 * Math.Max(0.1, Math.Abs(expected)));
        Assert.True(explanation.Importance.Max() - explanation.Importance.Min() > 1e-5);
        ((IDisposable)model).Dispose();
    }

    [Fact]
    public void IntegratedGradients_MoreSteps_ComeCloser()
    {
        string[] sequences = [.. Enumerable.Range(1, 20).Select(seed => Sequence(40 + seed, seed))];
        double Gap(int steps) => sequences.Sum(sequence =>
        {
            ProteinExplanation explanation = _model.Value.Explain(_context, sequence, _gradients with { Steps = steps });
            return Math.Abs(explanation.Importance.Sum(value => (double)value) - explanation.ScoreDifference!.Value);
        });

        double few = Gap(2), more = Gap(32), many = Gap(512);

        Assert.True(few > 2 * more && more > 2 * many, $"{few}, {more}, {many}");
    }

    [Fact]
    public void IntegratedGradients_FromRandomProteins_AddUpToTheDifferenceFromTheirMean()
    {
        string sequence = Sequence(40);
        ProteinExplanation Explain(int baselines) => _model.Value.Explain(_context, sequence, _gradients with { Baselines = baselines, Steps = 256 });

        ProteinExplanation one = Explain(1), two = Explain(2), again = Explain(2);

        Assert.Equal(two.Importance, again.Importance);
        Assert.NotEqual(one.ScoreDifference!.Value, two.ScoreDifference!.Value, 1e-4);
        Assert.Equal(two.ScoreDifference.Value, two.Importance.Sum(value => (double)value), 0.02 * Math.Max(0.1, Math.Abs(two.ScoreDifference.Value)));
    }

    [Theory]
    [InlineData(ProteinEncoding.OneHot)]
    [InlineData(ProteinEncoding.Blosum62)]
    public void IntegratedGradients_OfChannels_AreComplete(ProteinEncoding encoding)
    {
        IDataView data = TinyProteins.Load(_context);
        using var model = _context.Transforms.EncodeProtein(new ProteinEncodingOptions { Length = Length, Encoding = encoding })
            .Append(_context.Transforms.IndicateSequenceMask())
            .Append(_context.MulticlassClassification.Trainers.ProteinNetwork(TinyProteins.Options)).Fit(data);

        ProteinExplanation explanation = model.Explain(_context, Sequence(50), _gradients with { Steps = 256 });

        Assert.Equal(50, explanation.Importance.Count);
        Assert.Equal(explanation.ScoreDifference!.Value, explanation.Importance.Sum(), 0.02 * Math.Max(0.1, Math.Abs(explanation.ScoreDifference.Value)));
    }

    [Theory]
    [InlineData(ExplanationMethod.IntegratedGradients)]
    [InlineData(ExplanationMethod.Occlusion)]
    public void Explain_LongSequence_TellsOfTheResiduesThatAreRead(ExplanationMethod method)
    {
        string sequence = Sequence(100);
        var options = new ExplanationOptions { Method = method, Baselines = 0 }; // random ones of two lengths differ

        IReadOnlyList<float> found = _model.Value.Explain(_context, sequence, options).Importance;

        IReadOnlyList<float> expected = _model.Value.Explain(_context, sequence[..32] + sequence[^32..], options).Importance;
        Assert.All(found.Skip(32).Take(36), value => Assert.Equal(0, value));
        Assert.Equal(expected, found.Take(32).Concat(found.TakeLast(32)));
        Assert.Contains(expected, value => value != 0);
    }

    [Fact]
    public void Occlusion_OfOneResidue_IsWhatItsLossCosts()
    {
        string sequence = Sequence(20);

        ProteinExplanation explanation = _model.Value.Explain(_context, sequence, new ExplanationOptions { Method = ExplanationMethod.Occlusion, Baselines = 0, Window = 1 });

        for (int i = 0; i < sequence.Length; i++)
        {
            VariantComparison loss = _model.Value.CompareVariants(_context, sequence, [new Substitution(i + 1, sequence[i], 'X')]);
            int explained = loss.WildType.ClassNames.ToList().IndexOf(explanation.ExplainedClass);
            Assert.Equal(LogOdds(loss.WildType, explained) - LogOdds(loss.Mutant, explained), explanation.Importance[i], 1e-4);
        }
    }

    [Theory]
    [InlineData(3, 1, 0)]
    [InlineData(4, 3, 0)]
    [InlineData(90, 90, 0)]
    [InlineData(3, 1, 1)]
    [InlineData(5, 2, 10)]
    public void Occlusion_OfWindows_IsTheMeanOverThoseThatHoldAResidue(int window, int stride, int baselines)
    {
        string sequence = Sequence(23);
        var options = new ExplanationOptions { Method = ExplanationMethod.Occlusion, Baselines = baselines, Window = window, Stride = stride };
        string[] others = BaselineProteins.Generate(baselines, sequence.Length);
        int number = 0;

        ProteinExplanation explanation = _model.Value.Explain(_context, sequence, options);

        (window, stride) = (Math.Min(window, 23), Math.Min(stride, 23));
        var losses = new List<double>[sequence.Length];
        for (int start = 1 - window; start < sequence.Length; start += stride)
        {
            (int first, int end) = (Math.Max(start, 0), Math.Min(start + window, sequence.Length));
            VariantComparison loss = _model.Value.CompareVariants(_context, sequence, sequence[..first] + others[number++ % others.Length][first..end] + sequence[end..]);
            int explained = loss.WildType.ClassNames.ToList().IndexOf(explanation.ExplainedClass);
            for (int i = first; i < end; i++)
                (losses[i] ??= []).Add((LogOdds(loss.WildType, explained) - LogOdds(loss.Mutant, explained)) / (end - first));
        }

        Assert.All(losses.Zip(explanation.Importance), pair => Assert.Equal(pair.First.Average(), pair.Second, 1e-4));
    }

    [Fact]
    public void Explain_ManyProteins_GivesEachItsOwn()
    {
        LabelledRow[] rows = [.. Enumerable.Range(0, 70).Select(i => new LabelledRow { Id = $"P{i}", Sequence = Sequence(20 + i, i) })];

        ProteinExplanation[] explanations = [.. _model.Value.Explain(_context, _context.Data.LoadFromEnumerable(rows))];

        Assert.Equal(rows.Select(row => (row.Id, row.Sequence)), explanations.Select(explanation => (explanation.Id, explanation.Sequence)));
        ProteinExplanation alone = _model.Value.Explain(_context, rows[66].Sequence);
        Assert.Equal(alone.Importance, explanations[66].Importance);
        Assert.Equal(ExplanationMethod.IntegratedGradients, alone.Method);
        Assert.Equal(alone.Prediction.PredictedLabel, explanations[66].Prediction.PredictedLabel);
        Assert.All(alone.Prediction.Probabilities.Zip(explanations[66].Prediction.Probabilities), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }

    [Fact]
    public void Explain_AnotherClass_IsAboutThatClass()
    {
        string sequence = Sequence(60);
        ProteinExplanation predicted = _model.Value.Explain(_context, sequence);
        string other = predicted.Prediction.ClassNames.First(name => name != predicted.ExplainedClass);

        ProteinExplanation explanation = _model.Value.Explain(_context, sequence, new ExplanationOptions { ClassName = other });

        Assert.Equal(other, explanation.ExplainedClass);
        Assert.Equal(predicted.Prediction.PredictedLabel, explanation.Prediction.PredictedLabel);
        Assert.NotEqual(predicted.Importance, explanation.Importance);
    }

    [Fact]
    public void Explain_OfASavedModel_GivesTheSame()
    {
        string file = Path.GetTempFileName();
        try
        {
            _context.Model.Save(_model.Value, TinyProteins.Load(_context).Schema, file);
            ITransformer loaded = ModelFile.Load(new MLContext(3), file, out _);

            Assert.Equal(_model.Value.Explain(_context, Sequence(50)).Importance, loaded.Explain(_context, Sequence(50)).Importance);
            ((IDisposable)loaded).Dispose();
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void Explain_Attention_IsTheColumnOfTheModel()
    {
        ITransformer model = Train(_context, TinyProteins.Options with { Network = new LightAttentionConfig { Kernel = 3 }, Epochs = 1 });

        ProteinExplanation explanation = model.Explain(_context, Sequence(100), new ExplanationOptions { Method = ExplanationMethod.Attention });

        Assert.Equal(1, explanation.Importance.Sum(), 1e-4);
        Assert.All(explanation.Importance.Index(), residue => Assert.Equal(residue.Index is >= 32 and < 68, residue.Item == 0));
        ((IDisposable)model).Dispose();
    }

    [Fact]
    public void Explain_Often_LeavesNoTensorsAndTheWeightsAlone()
    {
        _model.Value.Explain(_context, Sequence(50));
        float?[] learned = Gradients();
        long before = global::TorchSharp.DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        for (int i = 0; i < 5; i++)
            _model.Value.Explain(_context, Sequence(50, i));

        Assert.Equal(before, global::TorchSharp.DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        Assert.Equal(learned, Gradients());
    }

    [Fact]
    public void Explain_WhatCannotBe_IsRefused()
    {
        string Message<T>(string sequence, ExplanationOptions? options = null)
            where T : Exception => Assert.Throws<T>(() => _model.Value.Explain(_context, sequence, options)).Message;

        Assert.Equal("The sequence is empty; give at least one residue or leave it out.", Message<InvalidDataException>("**"));
        Assert.StartsWith("The sequence has the character '7' at position 3", Message<InvalidDataException>("MK7L"), StringComparison.Ordinal);
        Assert.Equal("The model's network gives no attention; use Occlusion or IntegratedGradients.",
            Message<NotSupportedException>("MKL", new ExplanationOptions { Method = ExplanationMethod.Attention }));
        Assert.StartsWith("The model has no class 'Moon'; its classes are Cell membrane, ", Message<ArgumentException>("MKL", new ExplanationOptions { ClassName = "Moon" }), StringComparison.Ordinal);
        foreach (ExplanationOptions options in (ExplanationOptions[])[new() { Steps = 0 }, new() { Baselines = -1 }, new() { Baselines = 101 }, new() { Window = 0 }, new() { Stride = 0 }, new() { Window = 3, Stride = 4 }, new() { Method = (ExplanationMethod)9 }])
            Message<ArgumentOutOfRangeException>("MKL", options);
        Assert.Throws<OperationCanceledException>(() => _model.Value.Explain(_context, "MKL", new ExplanationOptions { CancellationToken = new CancellationToken(true) }));
    }

    [Fact]
    public void Scan_OfAllSubstitutions_TellsTheLargestChanges()
    {
        string sequence = Sequence(12);

        SubstitutionScan scan = _model.Value.ScanSubstitutions(_context, sequence, new SubstitutionScanOptions { Top = 300 });
        SubstitutionScan top = _model.Value.ScanSubstitutions(_context, sequence, new SubstitutionScanOptions { Top = 5 });
        SubstitutionScan changes = _model.Value.ScanSubstitutions(_context, sequence, new SubstitutionScanOptions { Top = 300, OnlyClassChanges = true });

        Assert.Equal((12 * 19, 12 * 19), (scan.Scored, scan.Effects.Count));
        Assert.Equal(12 * 19, scan.Effects.Select(effect => effect.Substitution).Distinct().Count());
        Assert.Equal(scan.Effects.Take(5), top.Effects);
        Assert.Equal(scan.Effects.Where(effect => effect.IsClassChanged), changes.Effects);
        Assert.Equal((scan.ClassChanges, scan.ClassChanges), (changes.ClassChanges, changes.Effects.Count));
        Assert.Equal(scan.Effects.OrderByDescending(effect => Math.Abs(effect.Change)).Select(effect => effect.Change), scan.Effects.Select(effect => effect.Change));
        foreach (SubstitutionEffect effect in scan.Effects.Take(3).Concat(scan.Effects.TakeLast(3)))
        {
            VariantComparison compared = _model.Value.CompareVariants(_context, sequence, [effect.Substitution]);
            Assert.Equal([effect.Substitution], compared.Substitutions!);
            Assert.Equal(compared.Change, effect.Change, 1e-5f);
            Assert.Equal(compared.Mutant.PredictedLabel, effect.PredictedLabel);
            Assert.Equal(compared.IsClassChanged, effect.IsClassChanged);
        }
    }

    [Fact]
    public void Scan_OfPositions_TriesTheseOnly()
    {
        SubstitutionScan scan = _model.Value.ScanSubstitutions(_context, Sequence(30), new SubstitutionScanOptions { Positions = [30, 2, 2], Top = 100 });
        SubstitutionScan read = _model.Value.ScanSubstitutions(_context, Sequence(100), new SubstitutionScanOptions { Top = 5000 });

        Assert.Equal([2, 30], scan.Effects.Select(effect => effect.Substitution.Position).Distinct().Order());
        Assert.Equal(38, scan.Scored);
        Assert.DoesNotContain(read.Effects, effect => effect.Substitution.Position is > 32 and <= 68);
        Assert.Equal(64 * 19, read.Scored);
        Assert.Equal("There is no position 31 in a sequence of 30 residues. (Parameter 'sequence')", Assert.Throws<ArgumentException>(
            () => _model.Value.ScanSubstitutions(_context, Sequence(30), new SubstitutionScanOptions { Positions = [31] })).Message);
    }

    public void Dispose()
    {
        if (_model.IsValueCreated)
            ((IDisposable)_model.Value).Dispose();
    }

    // Those that training left.
    private float?[] Gradients()
    {
        using var scope = global::TorchSharp.torch.NewDisposeScope();
        float?[] sums = [];
        ModelFile.FindNetwork(_model.Value)!.Model.ReadWeights(weights => sums = [.. weights.Values.Select(weight => weight.grad?.abs().sum().item<float>())]);
        return sums;
    }

    private static ITransformer Train(MLContext context, ProteinNetworkOptions options) =>
        TinyProteins.Pipeline(context, options).Fit(TinyProteins.Load(context));

    private static string Sequence(int length, int seed = 5) => new Random(seed).GetString(Alphabet.Residues, length);

    private static double LogOdds(ProteinPrediction prediction, int index) =>
        Math.Log(prediction.Probabilities[index]) - Math.Log(prediction.Probabilities.Where((_, i) => i != index).Sum(value => (double)value));
}
