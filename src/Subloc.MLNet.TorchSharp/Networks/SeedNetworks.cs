namespace Subloc.MLNet.TorchSharp.Networks;

/// <summary>The nine networks of the system that this library re-creates.</summary>
public static class SeedNetworks
{
    private static readonly NetworkPreset[] _presets =
    [
        Cnn("cnn1", [32, 64], [128]),
        Cnn("cnn2", [32, 64, 128, 256], [256, 128]),
        Cnn("cnn3", [32, 64, 128, 256], [512, 256, 128]),
        Cnn("cnn4", [64, 128, 256, 512], [512, 256, 128]),
        new("cnn-lstm", new CnnLstmConfig(), BatchSize: 64, MaxEpochs: 300),
        ResNet("resnet1", new ResNetConfig()),
        ResNet("resnet2", new ResNetConfig { ConvolutionsPerBlock = 3 }),
        ResNet("resnet3", new ResNetConfig { BlockKind = ResNetBlockKind.Bottleneck }),
        ResNet("resnet4", new ResNetConfig
        {
            BlockKind = ResNetBlockKind.Bottleneck,
            Blocks =
            [
                new(64), new(64), new(128, 2), new(128), new(128), new(256, 2), new(256), new(256), new(512, 2), new(512), new(512),
            ],
        }),
    ];

    /// <summary>Names of the presets: cnn1 to cnn4, cnn-lstm, resnet1 to resnet4.</summary>
    public static IReadOnlyList<string> Names { get; } = Array.AsReadOnly(Array.ConvertAll(_presets, preset => preset.Name));

    /// <summary>The preset of a name.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such preset.</exception>
    public static NetworkPreset Get(string name) => Array.Find(_presets, preset => preset.Name == name)
        ?? throw new ArgumentOutOfRangeException(nameof(name), name, $"No network has this name; use one of {string.Join(", ", Names)}.");

    private static NetworkPreset Cnn(string name, int[] filters, int[] hidden) =>
        new(name, new CnnConfig { Filters = filters, Hidden = hidden }, BatchSize: 64, MaxEpochs: 100);

    private static NetworkPreset ResNet(string name, ResNetConfig config) => new(name, config, BatchSize: 32, MaxEpochs: 100);
}
