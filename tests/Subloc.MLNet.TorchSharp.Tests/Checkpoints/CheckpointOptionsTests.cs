using Microsoft.ML;
using Subloc.MLNet.TorchSharp.Checkpoints;
using Subloc.MLNet.TorchSharp.Training;

namespace Subloc.MLNet.TorchSharp.Tests.Checkpoints;

public sealed class CheckpointOptionsTests
{
    public static TheoryData<CheckpointOptions> BadOptions =>
    [
        new CheckpointOptions { Directory = "x", EveryEpochs = 0 },
        new CheckpointOptions { Directory = "x", Keep = 0 },
        new CheckpointOptions { Directory = "x", EveryMinutes = -1 },
        new CheckpointOptions { Directory = "x", EveryMinutes = double.NaN },
        new CheckpointOptions { Directory = "x", EveryMinutes = double.PositiveInfinity },
    ];

    [Fact]
    public void Defaults_AreTheStatedOnes()
    {
        var options = new CheckpointOptions { Directory = "x" };

        Assert.Equal((false, 1, 0.0, 3), (options.Resume, options.EveryEpochs, options.EveryMinutes, options.Keep));
        Assert.Null(new ProteinNetworkOptions().Checkpoint);
    }

    [Theory]
    [MemberData(nameof(BadOptions))]
    public void Catalog_OutOfRange_IsRefused(CheckpointOptions options) => Assert.Throws<ArgumentOutOfRangeException>(() => Make(options));

    [Fact]
    public void Catalog_NoFolder_IsRefused() => Assert.Throws<ArgumentException>(() => Make(new CheckpointOptions { Directory = " " }));

    private static void Make(CheckpointOptions options) =>
        new MLContext().MulticlassClassification.Trainers.ProteinNetwork(new ProteinNetworkOptions { Checkpoint = options });
}
