using Subloc.MLNet.Families;

namespace Subloc.MLNet.TorchSharp.Networks;

/// <summary>All networks that have a name: the seed's nine, families from other studies in sizes that train on a few cores, and heads for embeddings.</summary>
public static class NetworkPresets
{
    /// <summary>The head for embeddings where none is asked for: mlp.</summary>
    public const string UsualHead = "mlp";

    private static readonly NetworkPreset[] _others =
    [
        new("light-attention", new LightAttentionConfig { Stem = [64], Filters = 128 }, BatchSize: 32, MaxEpochs: 100),
        new("deeploc", new DeepLocConfig(), BatchSize: 32, MaxEpochs: 100),
        new("descriptors", new DescriptorNetConfig(), BatchSize: 64, MaxEpochs: 20),
        new("subloc", new SublocNetConfig(), BatchSize: 32, MaxEpochs: 30) { Families = new FamilyOptions() },
        new("transformer", new TransformerConfig(), BatchSize: 32, MaxEpochs: 100),
    ];

    private static readonly NetworkPreset[] _heads =
    [
        new(UsualHead, new MlpConfig(), BatchSize: 64, MaxEpochs: 100),
        new("light-attention", new LightAttentionConfig(), BatchSize: 64, MaxEpochs: 100),
    ];

    /// <summary>Names of the networks that read residues: those of <see cref="SeedNetworks"/>, then light-attention, deeploc, descriptors, subloc and transformer.</summary>
    public static IReadOnlyList<string> Names { get; } = Array.AsReadOnly([.. SeedNetworks.Names, .. _others.Select(preset => preset.Name)]);

    /// <summary>Names of the heads for embeddings of a language model: mlp for one vector a protein, light-attention for one a residue.</summary>
    public static IReadOnlyList<string> HeadNames { get; } = Array.AsReadOnly(Array.ConvertAll(_heads, head => head.Name));

    /// <summary>The preset of a name.</summary>
    /// <param name="name">One of <see cref="Names"/> or <see cref="HeadNames"/>.</param>
    /// <param name="onEmbeddings">Whether it is to read embeddings: light-attention then has no convolutions before it. Default false.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such preset.</exception>
    public static NetworkPreset Get(string name, bool onEmbeddings = false)
    {
        if (SeedNetworks.Names.Contains(name))
            return SeedNetworks.Get(name);

        NetworkPreset[] candidates = onEmbeddings ? [.. _heads, .. _others] : [.. _others, .. _heads];
        return Array.Find(candidates, preset => preset.Name == name)
            ?? throw new ArgumentOutOfRangeException(nameof(name), name, $"No network has this name; use one of {string.Join(", ", Names.Union(HeadNames))}.");
    }
}
