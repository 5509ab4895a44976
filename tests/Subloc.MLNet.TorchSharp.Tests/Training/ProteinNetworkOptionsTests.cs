using Microsoft.ML;
using Subloc.MLNet.TorchSharp.Layers;
using Subloc.MLNet.TorchSharp.Networks;
using Subloc.MLNet.TorchSharp.Optimization;
using Subloc.MLNet.TorchSharp.Training;

namespace Subloc.MLNet.TorchSharp.Tests.Training;

public sealed class ProteinNetworkOptionsTests
{
    private static readonly MLContext _context = new(seed: 1);

    public static TheoryData<ProteinNetworkOptions> BadOptions =>
    [
        new ProteinNetworkOptions { Epochs = 0 },
        new ProteinNetworkOptions { BatchSize = 0 },
        new ProteinNetworkOptions { BatchTokens = -1 },
        new ProteinNetworkOptions { CacheBytes = -1 },
        new ProteinNetworkOptions { Patience = 0 },
        new ProteinNetworkOptions { LearningRate = 0 },
        new ProteinNetworkOptions { LearningRate = double.NaN },
        new ProteinNetworkOptions { LearningRate = double.PositiveInfinity },
        new ProteinNetworkOptions { ValidationFraction = -0.1 },
        new ProteinNetworkOptions { ValidationFraction = 0.95 },
        new ProteinNetworkOptions { ValidationFraction = double.NaN },
        new ProteinNetworkOptions { EmbeddingSize = 0 },
        new ProteinNetworkOptions { EmbeddingSize = 5000 },
        new ProteinNetworkOptions { Threads = -1 },
        new ProteinNetworkOptions { ClipNorm = 0 },
        new ProteinNetworkOptions { ClipNorm = double.NaN },
        new ProteinNetworkOptions { AccumulateBatches = 0 },
        new ProteinNetworkOptions { AverageDecay = 0 },
        new ProteinNetworkOptions { AverageDecay = 1 },
        new ProteinNetworkOptions { MaskedResidues = -0.1 },
        new ProteinNetworkOptions { MaskedResidues = 1 },
        new ProteinNetworkOptions { PretrainingEpochs = -1 },
        new ProteinNetworkOptions { MinDelta = -1 },
        new ProteinNetworkOptions { StopOn = (TrainingMetric)9 },
        new ProteinNetworkOptions { Optimizer = new SgdOptions { Momentum = 1 } },
        new ProteinNetworkOptions { Schedule = new CosineSchedule { WarmUp = 1 } },
        new ProteinNetworkOptions { Loss = new LossOptions { LabelSmoothing = 1 } },
        new ProteinNetworkOptions { Input = (ResidueInput)9 },
    ];

    [Fact]
    public void Validate_ANetworkThatNeedsResiduesWithAnotherInput_SaysSo()
    {
        var options = new ProteinNetworkOptions { Network = new SublocNetConfig(), Input = ResidueInput.Embedding };

        string message = Assert.Throws<ArgumentException>(options.Validate).Message;

        Assert.Equal("The network 'subloc' describes proteins by their residues; leave Input at OneHot. (Parameter 'Input')", message);
    }

    [Fact]
    public void Validate_PretrainingOfANetworkThatCannot_SaysSo()
    {
        var options = new ProteinNetworkOptions { PretrainingEpochs = 1 };

        string message = Assert.Throws<ArgumentException>(options.Validate).Message;

        Assert.Equal("The network 'cnn' cannot learn hidden residues first; leave PretrainingEpochs at 0, or take 'transformer'. (Parameter 'PretrainingEpochs')", message);
    }

    [Fact]
    public void Defaults_AreTheStatedOnes()
    {
        var options = new ProteinNetworkOptions();

        Assert.Equal(
            ("Label", "Features", "Mask", "Partition"),
            (options.LabelColumnName, options.FeatureColumnName, options.MaskColumnName, options.PartitionColumnName));
        Assert.Equal(SeedNetworks.Get("cnn1").Config, options.Network);
        Assert.Equal((ResidueInput.OneHot, 32), (options.Input, options.EmbeddingSize));
        Assert.Equal((100, 64, 1e-3, 10, 0.1), (options.Epochs, options.BatchSize, options.LearningRate, options.Patience, options.ValidationFraction));
        Assert.Equal((new AdamOptions(), new ConstantSchedule(), new LossOptions()), ((AdamOptions)options.Optimizer, (ConstantSchedule)options.Schedule, options.Loss));
        Assert.Equal(
            (null, 1, null, TrainingMetric.ValidationLoss, 0),
            (options.ClipNorm, options.AccumulateBatches, options.AverageDecay, options.StopOn, options.MinDelta));
        Assert.Equal((65_536, 1_073_741_824), (options.BatchTokens, options.CacheBytes));
        Assert.Equal((null, "auto", 0), (options.Seed, options.Device, options.Threads));
        Assert.Empty(options.Callbacks);
    }

    [Theory]
    [MemberData(nameof(BadOptions))]
    public void Catalog_OutOfRange_IsRefused(ProteinNetworkOptions options) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => _context.MulticlassClassification.Trainers.ProteinNetwork(options));

    [Fact]
    public void Catalog_EmptyColumnName_IsRefused() =>
        Assert.Throws<ArgumentException>(() => _context.MulticlassClassification.Trainers.ProteinNetwork(new ProteinNetworkOptions { LabelColumnName = "" }));

    [Fact]
    public void Shortcuts_TakeTheirPresets()
    {
        var trainers = _context.MulticlassClassification.Trainers;

        Assert.Equal(SeedNetworks.Get("cnn1").Config, trainers.ProteinCnn("L", "F").Options.Network);
        Assert.Equal(("L", "F"), (trainers.ProteinCnn("L", "F").Options.LabelColumnName, trainers.ProteinCnn("L", "F").Options.FeatureColumnName));
        Assert.Equal((SeedNetworks.Get("resnet1").Config, 32), (trainers.ProteinResNet().Options.Network, trainers.ProteinResNet().Options.BatchSize));
        Assert.Equal((SeedNetworks.Get("cnn-lstm").Config, 300), (trainers.ProteinCnnLstm().Options.Network, trainers.ProteinCnnLstm().Options.Epochs));
        Assert.All(NetworkPresets.Names, name => Assert.Equal(NetworkPresets.Get(name).Config, trainers.ProteinNetwork(name).Options.Network));
    }

    [Theory]
    [InlineData("tpu", "must be auto, cpu, cuda or cuda:N")]
    [InlineData("cuda:x", "must be auto, cpu, cuda or cuda:N")]
    public void Device_UnknownName_IsRefused(string device, string sentence)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => ComputeDevice.Find(device));

        Assert.Contains(sentence, error.Message, StringComparison.Ordinal);
    }
}
