using System.Text.Json;
using Subloc.MLNet.Families;
using Subloc.MLNet.TorchSharp.Layers;
using Subloc.MLNet.TorchSharp.Training;

namespace Subloc.MLNet.TorchSharp.Persistence;

/// <summary>Everything about a trained network but its weights, as stored in <c>manifest.json</c> inside a saved model.</summary>
public sealed record ModelManifest
{
    /// <summary>The format that this version writes and reads: 3. Networks of format 1 flattened their features in another order; families of format 2 were stretches.</summary>
    public const int CurrentFormat = 3;

    /// <summary>Format of the stored model.</summary>
    public required int Format { get; init; }

    /// <summary>Name of the network's kind, as given by <see cref="Networks.ProteinNetworkAttribute"/>.</summary>
    public required string Network { get; init; }

    /// <summary>Properties of the network's configuration.</summary>
    public required JsonElement Config { get; init; }

    /// <summary>Whether the network reads tokens rather than channels.</summary>
    public required bool Tokens { get; init; }

    /// <summary>How tokens become channels.</summary>
    public required ResidueInput Input { get; init; }

    /// <summary>Channels of a learned embedding.</summary>
    public required int EmbeddingSize { get; init; }

    /// <summary>Families whose word is added to the network's logits; null where there are none.</summary>
    public FamilyOptions? Families { get; init; }

    /// <summary>SHA-256 of the families' file; null where there is none.</summary>
    public string? FamiliesHash { get; init; }

    /// <summary>Positions of the encoded protein, L.</summary>
    public required int Length { get; init; }

    /// <summary>Channels of one position, D.</summary>
    public required int Channels { get; init; }

    /// <summary>Names of the classes, in the order of the scores.</summary>
    public required IReadOnlyList<string> ClassNames { get; init; }

    /// <summary>Letters of tokens 1 to 24.</summary>
    public required string Alphabet { get; init; }

    /// <summary>Column that the encoded protein is read from.</summary>
    public required string FeatureColumnName { get; init; }

    /// <summary>Column that the mask of channels is read from; null where channels had none, and for tokens.</summary>
    public required string? MaskColumnName { get; init; }

    /// <summary>How the network was trained.</summary>
    public required TrainingSummary Training { get; init; }

    /// <summary>Versions of the packages that made the model.</summary>
    public required IReadOnlyDictionary<string, string> Packages { get; init; }

    /// <summary>SHA-256 of the weights file.</summary>
    public required string WeightsHash { get; init; }
}
