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
/// <remarks>
/// Six compartments that differ by a signal of their own. The others are told by what they lack (Cytoplasm, Extracellular), or by sites
/// that any one of several may stand for (Golgi apparatus, Lysosome/Vacuole).
/// </remarks>
[Collection(TorchTests.Name)]
public sealed class PlantedSignalTests(ITestOutputHelper output)
{
    private const int Length = 120;
    private const double Least = 0.9;

    private static readonly string[] _compartments = ["Cell membrane", "Endoplasmic reticulum", "Mitochondrion", "Nucleus", "Peroxisome", "Plastid"];

    public static TheoryData<NetworkConfig> Networks => new()
    {
        new ResNetConfig { StemFilters = 32, StemKernel = 9, Blocks = [new(32)], Hidden = [] },
        new SublocNetConfig { StemFilters = 12, Widths = [48], Heads = 4, Hidden = 32 },
    };

    [Theory]
    [MemberData(nameof(Networks))]
    public void Explain_OfATrainedNetwork_FindsThePlantedSignals(NetworkConfig config)
    {
        var context = new MLContext(1);
        using TransformerChain<ProteinNetworkTransformer> model = Train(context, config);
        SyntheticProtein[] proteins = Generate(200, seed: 2);

        double gradients = Measure(context, model, proteins, ExplanationMethod.IntegratedGradients);
        double occlusion = Measure(context, model, proteins, ExplanationMethod.Occlusion);
        double? attention = config.GivesAttention ? Measure(context, model, proteins, ExplanationMethod.Attention) : null;

        output.WriteLine($"{config.GetType().Name}: area under ROC {gradients:F3} by integrated gradients, {occlusion:F3} by occlusion, {attention:F3} by attention");
        Assert.InRange(gradients, Least, 1);
        Assert.InRange(occlusion, Least, 1);
    }

    private static SyntheticProtein[] Generate(int count, int seed)
    {
        var options = new SyntheticProteinOptions { Count = count, Seed = seed, MaxLength = Length, SignalStrength = 1, Balance = 1 };
        return [.. SyntheticProteins.Generate(options).Where(protein => _compartments.Contains(protein.Label))];
    }

    private static TransformerChain<ProteinNetworkTransformer> Train(MLContext context, NetworkConfig config)
    {
        IDataView data = context.Data.LoadFromEnumerable(Generate(4000, seed: 1).Select(protein => new LabelledRow { Sequence = protein.Sequence, Label = protein.Label }));
        data = context.Transforms.Conversion.MapValueToKey(ColumnNames.Label).Fit(data).Transform(data);
        var options = new ProteinNetworkOptions { Network = config, Epochs = 15, ValidationFraction = 0, MaskedResidues = 0.1, Seed = 1, Device = "cpu", Precision = Precision.Fp32 };
        return context.Transforms.EncodeProtein(new ProteinEncodingOptions { Length = Length })
            .Append(context.MulticlassClassification.Trainers.ProteinNetwork(options)).Fit(data);
    }

    // The mean, over proteins that are predicted rightly, of the area under the ROC curve that tells residues of signals from others.
    private static double Measure(MLContext context, ITransformer model, SyntheticProtein[] proteins, ExplanationMethod method)
    {
        IDataView view = context.Data.LoadFromEnumerable(proteins.Select(protein => new LabelledRow { Sequence = protein.Sequence }));
        var areas = new List<double>();
        foreach ((SyntheticProtein protein, ProteinExplanation explanation) in proteins.Zip(model.Explain(context, view, new ExplanationOptions { Method = method })))
        {
            if (explanation.Prediction.PredictedLabel != protein.Label)
                continue;

            var isSignal = new bool[protein.Sequence.Length];
            foreach (SyntheticSignalSpan signal in protein.Signals)
                isSignal.AsSpan(signal.Start, signal.Length).Fill(true);
            areas.Add(Area(explanation.Importance, isSignal));
        }

        Assert.True(areas.Count > 0.8 * proteins.Length, $"{areas.Count} of {proteins.Length} are predicted rightly");
        return areas.Average();
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
