using System.Text.Json.Serialization;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Optimization;

/// <summary>How gradients change the weights: <see cref="AdamOptions"/>, <see cref="AdamWOptions"/>, <see cref="MuonOptions"/> or <see cref="SgdOptions"/>.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(AdamOptions), "adam")]
[JsonDerivedType(typeof(AdamWOptions), "adamw")]
[JsonDerivedType(typeof(MuonOptions), "muon")]
[JsonDerivedType(typeof(SgdOptions), "sgd")]
public abstract record OptimizerOptions
{
    private protected OptimizerOptions()
    {
    }

    internal abstract void Validate();

    internal abstract WeightOptimizer Make(nn.Module network);

    private protected static IEnumerable<(string Name, Parameter Weight)> WeightsOf(nn.Module network) => network.named_parameters();

    private protected static void CheckDecay(double weightDecay)
    {
        if (!(weightDecay >= 0 && double.IsFinite(weightDecay)))
            throw new ArgumentOutOfRangeException(nameof(weightDecay), weightDecay, "WeightDecay must be 0 or above.");
    }
}
