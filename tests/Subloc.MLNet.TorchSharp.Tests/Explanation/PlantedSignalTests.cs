using Microsoft.ML;
using Microsoft.ML.Data;
using Subloc.MLNet.Data;
using Subloc.MLNet.Explanation;
using Subloc.MLNet.TorchSharp.Networks;
using Subloc.MLNet.TorchSharp.Scoring;
using Subloc.MLNet.TorchSharp.Training;
using Subloc.MLNet.Transforms.Encoding;
using Xunit.Abstractions;

namespace Subloc.MLNet.TorchSharp.Tests.Explanation;

/// <summary>What a network learned from planted signals is found where they were planted.</summary>
[Collection(TorchTests.Name)]
public sealed class PlantedSignalTests(ITestOutputHelper output)
{
    private const int Length = 120;
    private const double Least = 0.9;
    private const string NoSignal = "No signal";

    // They differ by a signal of their own. The others are told by what they lack (Cytoplasm, Extracellular), or by sites that any one of several
    // may stand for (Golgi apparatus, Lysosome/Vacuole).
    private static readonly string[] _distinct = ["Cell membrane", "Endoplasmic reticulum", "Mitochondrion", "Nucleus", "Peroxisome", "Plastid"];

    private static readonly ProteinNetworkOptions _options = new()
    {
        Epochs = 15,
        ValidationFraction = 0,
        MaskedResidues = 0.1,
        Seed = 1,
        Device = "cpu",
        Precision = Precision.Fp32,
    };

    public static TheoryData<NetworkConfig> Networks => new()
    {
        new ResNetConfig { StemFilters = 32, StemKernel = 9, Blocks = [new(32)], Hidden = [] },
        new SublocNetConfig { StemFilters = 12, Widths = [48], Heads = 4, Hidden = 32 },
    };

    [Theory]
    [MemberData(nameof(Networks))]
    public void Explain_OfDistinctCompartments_FindsThePlantedSignals(NetworkConfig config)
    {
        var context = new MLContext(1);
        using TransformerChain<ProteinNetworkTransformer> model = Train(context, _options with { Network = config }, GenerateDistinct(4000, seed: 1));
        SyntheticProtein[] proteins = GenerateDistinct(200, seed: 2);

        double gradients = Measure(context, model, proteins, ExplanationMethod.IntegratedGradients);
        double occlusion = Measure(context, model, proteins, ExplanationMethod.Occlusion);
        if (config.GivesAttention)
            Measure(context, model, proteins, ExplanationMethod.Attention);

        Assert.InRange(gradients, Least, 1);
        Assert.InRange(occlusion, Least, 1);
    }

    // Beside proteins of the same backgrounds without any signal, so that none of the ten is told by what it lacks.
    [Fact]
    public void Explain_OfAllCompartments_FindsThePlantedSignals()
    {
        var context = new MLContext(1);
        SyntheticProtein[] without = [.. Generate(3000, seed: 3, strength: 0).Select(protein => protein with { Label = NoSignal })];
        ProteinNetworkOptions options = _options with
        {
            Network = new SublocNetConfig { StemFilters = 24, Widths = [64], Heads = 4, Hidden = 32, Descriptors = null },
            Epochs = 12,
            MaskedResidues = 0.2,
            AverageDecay = 0.99,
        };
        using TransformerChain<ProteinNetworkTransformer> model = Train(context, options, [.. Generate(6000, seed: 1), .. without]);
        SyntheticProtein[] proteins = [.. Generate(300, seed: 2)];

        double gradients = Measure(context, model, proteins, ExplanationMethod.IntegratedGradients, leastRight: 0.75);
        Measure(context, model, proteins, ExplanationMethod.Occlusion, leastRight: 0.75);
        Measure(context, model, proteins, ExplanationMethod.Attention, leastRight: 0.75);

        Assert.InRange(gradients, Least, 1);
    }

    private static IEnumerable<SyntheticProtein> Generate(int count, int seed, double strength = 1) =>
        SyntheticProteins.Generate(new SyntheticProteinOptions { Count = count, Seed = seed, MaxLength = Length, SignalStrength = strength, Balance = 1 });

    private static SyntheticProtein[] GenerateDistinct(int count, int seed) => [.. Generate(count, seed).Where(protein => _distinct.Contains(protein.Label))];

    private static TransformerChain<ProteinNetworkTransformer> Train(MLContext context, ProteinNetworkOptions options, IReadOnlyList<SyntheticProtein> proteins)
    {
        IDataView data = context.Data.LoadFromEnumerable(proteins.Select(protein => new LabelledRow { Sequence = protein.Sequence, Label = protein.Label }));
        data = context.Transforms.Conversion.MapValueToKey(ColumnNames.Label).Fit(data).Transform(data);
        return context.Transforms.EncodeProtein(new ProteinEncodingOptions { Length = Length })
            .Append(context.MulticlassClassification.Trainers.ProteinNetwork(options)).Fit(data);
    }

    // The mean, over proteins that are predicted rightly, of the area under the ROC curve that tells residues of signals from others.
    private double Measure(MLContext context, ITransformer model, SyntheticProtein[] proteins, ExplanationMethod method, double leastRight = 0.8)
    {
        IDataView view = context.Data.LoadFromEnumerable(proteins.Select(protein => new LabelledRow { Sequence = protein.Sequence }));
        var areas = new List<(string Compartment, double Area)>();
        foreach ((SyntheticProtein protein, ProteinExplanation explanation) in proteins.Zip(model.Explain(context, view, new ExplanationOptions { Method = method })))
        {
            if (explanation.Prediction.PredictedLabel != protein.Label)
                continue;

            var isSignal = new bool[protein.Sequence.Length];
            foreach (SyntheticSignalSpan signal in protein.Signals)
                isSignal.AsSpan(signal.Start, signal.Length).Fill(true);
            areas.Add((protein.Label, Area(explanation.Importance, isSignal)));
        }

        double mean = areas.Average(protein => protein.Area);
        output.WriteLine($"Mean area under ROC by {method}: {mean:F3}, of {areas.Count} of {proteins.Length} proteins that are predicted rightly.");
        foreach (var compartment in areas.GroupBy(protein => protein.Compartment).OrderBy(group => group.Key, StringComparer.Ordinal))
            output.WriteLine($"  {compartment.Key}: {compartment.Average(protein => protein.Area):F3} of {compartment.Count()}");
        Assert.True(areas.Count > leastRight * proteins.Length, $"{areas.Count} of {proteins.Length} are predicted rightly");
        return mean;
    }

    private static double Area(IReadOnlyList<float> importance, bool[] isSignal)
    {
        double wins = 0, pairs = 0;
        foreach ((int signal, _) in isSignal.Index().Where(residue => residue.Item))
        {
            foreach ((int other, _) in isSignal.Index().Where(residue => !residue.Item))
            {
                wins += importance[signal] > importance[other] ? 1 : importance[signal] == importance[other] ? 0.5 : 0;
                pairs++;
            }
        }

        return wins / pairs;
    }
}
