using Subloc.MLNet.TorchSharp.Networks;

namespace Subloc.Cli.Training;

/// <summary>The networks that can be asked for by name.</summary>
internal static class NetworkPresets
{
    /// <summary>The one for embeddings where none is asked for.</summary>
    public const string UsualHead = "mlp";

    private static readonly NetworkPreset[] _heads =
    [
        new(UsualHead, new MlpConfig(), BatchSize: 64, MaxEpochs: 100),
        new("light-attention", new LightAttentionConfig(), BatchSize: 64, MaxEpochs: 100),
    ];

    /// <summary>Their names, the usual one first.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. SeedNetworks.Names, .. _heads.Select(head => head.Name)];

    /// <summary>The network of a name.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    public static NetworkPreset Get(string name) => Array.Find(_heads, head => head.Name == name) ?? SeedNetworks.Get(name);
}
