using Microsoft.ML;
using Subloc.MLNet.TorchSharp.Networks;
using Subloc.MLNet.TorchSharp.Optimization;
using Subloc.MLNet.TorchSharp.Training;

namespace Subloc.MLNet.TorchSharp.Tests.Training;

[Collection(TorchTests.Name)]
public sealed class GarbageCollectionTests
{
    [Theory]
    [InlineData("resnet")]
    [InlineData("cnn-lstm")]
    public async Task Fit_WhileGarbageIsCollectedAllTheTime_LosesNothingThatLibtorchReads(string network)
    {
        var context = new MLContext(seed: 1);
        IDataView data = TinyProteins.LoadEncoded(context, 200);
        ProteinNetworkOptions options = TinyProteins.Options with
        {
            Network = network == "resnet"
                ? new ResNetConfig { StemFilters = 4, Blocks = [new(4), new(4), new(8, 2), new(8)], Hidden = [8] }
                : new CnnLstmConfig { Filters = [4, 4], Hidden = 4 },
            BatchSize = 4,
            Epochs = 30,
            AverageDecay = 0.9,
            AccumulateBatches = 2,
            ClipNorm = 1,
            Loss = new LossOptions { LabelSmoothing = 0.1, FocalGamma = 1 },
        };
        using var end = new CancellationTokenSource();
        Task collecting = Task.Run(() =>
        {
            while (!end.IsCancellationRequested)
            {
                GC.Collect(0);
                GC.WaitForPendingFinalizers();
            }
        });

        using var model = context.MulticlassClassification.Trainers.ProteinNetwork(options).Fit(data);
        await end.CancelAsync();
        await collecting;

        Assert.All(model.Model.Training.History, epoch => Assert.InRange(epoch.Loss, 0, 10));
    }
}
