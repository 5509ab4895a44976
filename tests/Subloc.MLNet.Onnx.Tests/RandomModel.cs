using System.Text.Json;
using Microsoft.ML;
using Subloc.MLNet.Batching;
using Subloc.MLNet.Scoring;
using Subloc.MLNet.Sequences;
using Subloc.MLNet.TorchSharp.Layers;
using Subloc.MLNet.TorchSharp.Networks;
using Subloc.MLNet.TorchSharp.Persistence;
using Subloc.MLNet.TorchSharp.Scoring;
using Subloc.MLNet.TorchSharp.Training;
using Subloc.MLNet.Transforms.Encoding;
using static TorchSharp.torch;

namespace Subloc.MLNet.Onnx.Tests;

/// <summary>Networks with random weights, running statistics included, that tell proteins apart.</summary>
internal static class RandomModel
{
    public const int Classes = 10;
    public const int Seed = 11;

    /// <summary>A model of a network.</summary>
    /// <param name="config">The network.</param>
    /// <param name="length">Its full input length.</param>
    /// <param name="input">How tokens become channels; null for a model of channels with a mask.</param>
    /// <param name="spread">Whether to make its scores differ as a trained network's do; its last layer must be named classes.</param>
    public static ProteinNetworkModel Make(
        NetworkConfig config, int length = 1000, ResidueInput? input = ResidueInput.OneHot, bool spread = true)
    {
        manual_seed(Seed);
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        ResidueChannels? residues = input is { } kind ? new ResidueChannels(kind, 24) : null;
        int channels = residues?.Channels ?? Alphabet.ResidueCount;
        var network = new LocalizationNetwork(residues, config.Build(new NetworkShape(channels, length, Classes)));
        if (config.NeedsOneHot)
            LearnStatistics(network, length);
        Draw(network);
        network.eval();
        if (spread)
            Spread(network, length);
        return new ProteinNetworkModel(Describe(config, length, channels, input), config, network, CPU);
    }

    /// <summary>The model as a transformer of its own.</summary>
    public static ProteinNetworkTransformer AsTransformer(this ProteinNetworkModel model) => new(new MLContext(1), model);

    /// <summary>Tokens of random proteins.</summary>
    public static byte[][] Proteins(int seed, params int[] lengths)
    {
        var random = new Random(seed);
        return [.. lengths.Select(length =>
        {
            var tokens = new byte[length];
            for (int i = 0; i < length; i++)
                tokens[i] = (byte)random.Next(1, Alphabet.TokenCount + 1);
            return tokens;
        })];
    }

    /// <summary>Proteins as a model of tokens reads them.</summary>
    public static IDataView Encode(byte[][] proteins, int length)
    {
        var context = new MLContext(1);
        var rows = proteins.Select(protein => new Row { Sequence = string.Concat(protein.Select(token => Alphabet.Letters[token - 1])) });
        IDataView view = context.Data.LoadFromEnumerable(rows);
        return context.Transforms.EncodeProtein(new ProteinEncodingOptions { Length = length }).Fit(view).Transform(view);
    }

    /// <summary>What TorchSharp gives for proteins of tokens, one after the other.</summary>
    public static float[][] Score(this ProteinNetworkModel model, IEnumerable<byte[]> proteins)
    {
        var set = new TokenSet();
        foreach (byte[] protein in proteins)
            set.Add(protein, 0);
        return model.Score(set);
    }

    /// <summary>What TorchSharp gives for proteins of channels [length, 20], one after the other.</summary>
    public static float[][] ScoreChannels(this ProteinNetworkModel model, IEnumerable<float[]> proteins)
    {
        var set = new ChannelSet(Alphabet.ResidueCount);
        foreach (float[] protein in proteins)
            set.Add(protein, [], 0);
        return model.Score(set);
    }

    private static float[][] Score(this ProteinNetworkModel model, ProteinSet set)
    {
        var scores = new ProteinScores(model.ClassNames.Count, attentionLength: 0);
        scores.Reserve(set.Count);
        ((IProteinScorer)model).Score(set, scores);
        return [.. Enumerable.Range(0, set.Count).Select(protein => scores.ProbabilitiesOf(protein).ToArray())];
    }

    private static void Draw(LocalizationNetwork network)
    {
        foreach ((string name, Tensor weight) in network.state_dict())
        {
            if (name.EndsWith("bias", StringComparison.Ordinal) || name.Contains("bias_", StringComparison.Ordinal))
                nn.init.uniform_(weight, -0.2, 0.2);
            else if (name.EndsWith("norm.weight", StringComparison.Ordinal))
                nn.init.uniform_(weight, 0.5, 1.5);
            else if (name.EndsWith("running_mean", StringComparison.Ordinal))
                nn.init.uniform_(weight, -0.3, 0.3);
            else if (name.EndsWith("running_var", StringComparison.Ordinal))
                nn.init.uniform_(weight, 0.5, 2);
        }
    }

    // What descriptors are standardised by.
    private static void LearnStatistics(LocalizationNetwork network, int length)
    {
        (Tensor residues, Tensor mask) = SomeProteins(network, length);
        network.train();
        network.forward(residues, mask);
    }

    // Scales and shifts the logits so that those of a few proteins differ as a trained network's do, and the softmax is not flat.
    private static void Spread(LocalizationNetwork network, int length)
    {
        (Tensor residues, Tensor mask) = SomeProteins(network, length);
        Tensor[] Last(string kind) => [.. network.state_dict().Where(weight => weight.Key.EndsWith($"classes.{kind}", StringComparison.Ordinal)).Select(weight => weight.Value)];
        Tensor[] biases = Last("bias");
        foreach (Tensor bias in biases)
            bias.zero_();
        Tensor logits = network.forward(residues, mask); // [B, C]
        Tensor scale = 1.5 / logits.std(0).mean();
        foreach (Tensor weight in Last("weight"))
            weight.mul_(scale);
        biases[0].copy_(logits.mean([0L]).mul(scale).neg());
    }

    private static (Tensor Residues, Tensor Mask) SomeProteins(LocalizationNetwork network, int length)
    {
        int[] lengths = [.. new[] { 4, 15, 50, 90, 200, 400, 700, 1000 }.Select(some => Math.Min(some, length))];
        byte[][] proteins = Proteins(3, lengths);
        Tensor tokens = zeros(proteins.Length, length, ScalarType.Byte);
        for (int i = 0; i < proteins.Length; i++)
            tokens[i].narrow(0, 0, lengths[i]).copy_(tensor(proteins[i]));
        Tensor mask = ResidueChannels.Mask(tokens);
        Tensor residues = network.Input is null ? OneHot(tokens) : tokens;
        return (residues, mask);
    }

    private static Tensor OneHot(Tensor tokens)
    {
        using var input = new ResidueChannels(ResidueInput.OneHot);
        return input.forward(tokens).transpose(1, 2); // [B, L, 20]
    }

    private static ModelManifest Describe(NetworkConfig config, int length, int channels, ResidueInput? input) => new()
    {
        Format = ModelManifest.CurrentFormat,
        Network = NetworkKinds.NameOf(config),
        Config = JsonSerializer.SerializeToElement(config, config.GetType(), ManifestJson.Options),
        Tokens = input is not null,
        Input = input ?? ResidueInput.OneHot,
        EmbeddingSize = 24,
        Length = length,
        Channels = channels,
        ClassNames = [.. Enumerable.Range(0, Classes).Select(i => $"Place{i}")],
        Alphabet = Alphabet.Letters,
        FeatureColumnName = ColumnNames.Features,
        MaskColumnName = input is null ? ColumnNames.Mask : null,
        Packages = PackageVersions.All,
        WeightsHash = "",
        Training = new TrainingSummary
        {
            Rows = 0,
            ValidationRows = 0,
            ValidationSplit = "none",
            ClassCounts = new int[Classes],
            BestEpoch = 1,
            History = [],
            Cancelled = false,
            Seed = Seed,
            BatchSize = 1,
            LearningRate = 1e-3,
            Seconds = 0,
            DataHash = "",
        },
    };

    private sealed class Row
    {
        public string Sequence { get; set; } = "";
    }
}
