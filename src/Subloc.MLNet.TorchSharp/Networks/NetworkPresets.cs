namespace Subloc.MLNet.TorchSharp.Networks;

/// <summary>All networks that have a name: the seed's nine, and families from other studies in sizes that train on a few cores.</summary>
public static class NetworkPresets
{
    private static readonly NetworkPreset[] _families =
    [
        new("light-attention", new LightAttentionConfig { Stem = [64], Filters = 128 }, BatchSize: 32, MaxEpochs: 100),
        new("deeploc", new DeepLocConfig(), BatchSize: 32, MaxEpochs: 100),
        new("transformer", new TransformerConfig(), BatchSize: 32, MaxEpochs: 100),
    ];

    /// <summary>Names of the presets: those of <see cref="SeedNetworks"/>, then light-attention, deeploc and transformer.</summary>
    public static IReadOnlyList<string> Names { get; } = Array.AsReadOnly([.. SeedNetworks.Names, .. _families.Select(preset => preset.Name)]);

    /// <summary>The preset of a name.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such preset.</exception>
    public static NetworkPreset Get(string name)
    {
        if (SeedNetworks.Names.Contains(name))
            return SeedNetworks.Get(name);

        return Array.Find(_families, preset => preset.Name == name)
            ?? throw new ArgumentOutOfRangeException(nameof(name), name, $"No network has this name; use one of {string.Join(", ", Names)}.");
    }
}
