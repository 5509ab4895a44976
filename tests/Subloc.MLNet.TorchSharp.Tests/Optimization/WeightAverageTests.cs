using Subloc.MLNet.TorchSharp.Optimization;
using TorchSharp;
using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Tests.Optimization;

[Collection(TorchTests.Name)]
public sealed class WeightAverageTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    [Fact]
    public void Update_Twice_FollowsTheDecayAfterItsWarmUp()
    {
        var network = MakeNetwork(1);
        using var average = new WeightAverage(network, 0.2);

        // Step 1 keeps 2/11 of itself, below the decay; step 2 keeps 0.2, as 3/12 is above it.
        Set(network, 12);
        average.Update();
        double first = 1 * 2 / 11.0 + 12 * 9 / 11.0;
        Assert.Equal(first, Weight(average), 1e-5);
        Set(network, 2);
        average.Update();

        Assert.Equal(first * 0.2 + 2 * 0.8, Weight(average), 1e-5);
    }

    [Fact]
    public void Lend_WhileItLasts_PutsAveragesOfWeightsAndStatisticsIntoTheNetwork()
    {
        var network = MakeNetwork(1);
        using var average = new WeightAverage(network, 0.5);
        Set(network, 12);
        network.get_buffer("1.num_batches_tracked")!.fill_(7);
        average.Update();
        double expected = 1 * 2 / 11.0 + 12 * 9 / 11.0;

        using (average.Lend())
        {
            Assert.Equal(expected, network.get_parameter("0.weight")!.item<float>(), 1e-5);
            Assert.Equal(expected, network.get_buffer("1.running_mean")!.item<float>(), 1e-5);
            Assert.Equal(7, network.get_buffer("1.num_batches_tracked")!.item<long>());
        }

        Assert.Equal(12, network.get_parameter("0.weight")!.item<float>());
        Assert.Equal(12, network.get_buffer("1.running_mean")!.item<float>());
    }

    [Fact]
    public void State_CopiedIntoAnother_GoesOnBitForBit()
    {
        var network = MakeNetwork(1);
        using var first = new WeightAverage(network, 0.9);
        Set(network, 5);
        first.Update();
        using var second = new WeightAverage(network, 0.9);

        foreach ((string name, Tensor value) in first.State)
            second.State[name].copy_(value);
        Set(network, -3);
        first.Update();
        second.Update();

        Assert.Equal(Weight(first), Weight(second));
    }

    public void Dispose() => _scope.Dispose();

    private static double Weight(WeightAverage average) => average.State["0.weight"].item<float>();

    private static global::TorchSharp.Modules.Sequential MakeNetwork(double value)
    {
        var network = nn.Sequential(nn.Linear(1, 1), nn.BatchNorm1d(1));
        Set(network, value);
        return network;
    }

    private static void Set(nn.Module network, double value)
    {
        using var frozen = no_grad();
        foreach (Tensor tensor in network.state_dict().Values.Where(tensor => tensor.is_floating_point()))
            tensor.fill_(value);
    }
}
