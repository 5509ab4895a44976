using System.Text.Json;
using Subloc.MLNet.TorchSharp.Training;

namespace Subloc.Cli.Data;

/// <summary>What is known about a model, whatever file it is in.</summary>
internal sealed record ModelDescription
{
    /// <summary>Kind of the network.</summary>
    public required string Network { get; init; }

    /// <summary>How many networks are averaged; of several, kind, configuration and training are the first one's.</summary>
    public int Networks { get; init; } = 1;

    /// <summary>Families of training proteins beside the network.</summary>
    public int Families { get; init; }

    /// <summary>Properties of the network's configuration.</summary>
    public required JsonElement Config { get; init; }

    /// <summary>How residue tokens become channels; null where the network reads channels.</summary>
    public required string? Input { get; init; }

    /// <summary>What it predicts from.</summary>
    public required ModelReads Reads { get; init; }

    /// <summary>Column of the encoded protein.</summary>
    public required string FeatureColumnName { get; init; }

    /// <summary>Column of the mask; null where there is none.</summary>
    public required string? MaskColumnName { get; init; }

    /// <summary>Positions of the encoded protein.</summary>
    public required int Length { get; init; }

    /// <summary>Channels of one position.</summary>
    public required int Channels { get; init; }

    /// <summary>Number of values that training adjusted.</summary>
    public required long ParameterCount { get; init; }

    /// <summary>Names of the classes, in the order of the scores.</summary>
    public required IReadOnlyList<string> ClassNames { get; init; }

    /// <summary>How the network was trained; null where the model does not tell.</summary>
    public required TrainingSummary? Training { get; init; }

    /// <summary>Format of the stored model.</summary>
    public required int Format { get; init; }

    /// <summary>Versions of the packages that made it.</summary>
    public required IReadOnlyDictionary<string, string> Packages { get; init; }

    /// <summary>What logits are divided by before the softmax.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>What is added to each class's logit before; empty for nothing.</summary>
    public IReadOnlyList<double> ClassOffsets { get; init; } = [];

    /// <summary>What computes it.</summary>
    public required string Runtime { get; init; }
}
