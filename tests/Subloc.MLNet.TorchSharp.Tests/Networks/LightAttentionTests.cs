using System.Runtime.InteropServices;
using Subloc.MLNet.TorchSharp.Networks;
using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Tests.Networks;

[Collection(TorchTests.Name)]
public sealed class LightAttentionTests
{
    private const int Channels = 3, Filters = 4, Hidden = 5, Classes = 2;

    [Theory]
    [InlineData(1, 8)]
    [InlineData(3, 8)]
    [InlineData(3, 2)]
    [InlineData(4, 5)]
    public void Forward_OneProtein_IsThePublishedEquation(int kernel, int length)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        manual_seed(3);
        var config = new LightAttentionConfig { Filters = Filters, Kernel = kernel, Hidden = Hidden };
        using var network = config.Build(new NetworkShape(Channels, 8, Classes));
        foreach (var (name, weight) in network.state_dict())
            nn.init.uniform_(weight, name == "norm.running_var" ? 0.5 : -1, 1);
        network.eval();
        Tensor channels = randn(1, Channels, length);

        Tensor padded = cat([channels, zeros(1, Channels, 8 - length)], 2), mask = arange(8).lt(tensor(length)).unsqueeze(0);
        Tensor logits = network.forward(padded, mask);
        var (same, attention) = ((IAttentionNetwork)network).ForwardWithAttention(padded, mask);

        var (expected, weights) = Compute(network.state_dict().ToDictionary(weight => weight.Key, weight => Values(weight.Value)), Values(channels), kernel, length);
        float[] actual = Values(logits);
        for (int i = 0; i < Classes; i++)
            Assert.Equal(expected[i], actual[i], 4);
        Assert.Equal(actual, Values(same));
        Assert.All(weights.Zip(Values(attention)), pair => Assert.Equal(pair.First, pair.Second, 5));
        Assert.All(Values(attention)[length..], weight => Assert.Equal(0, weight));
    }

    // Worked in plain loops from the paper: values and attention by convolution, softmax over positions, mean and maximum, head.
    private static (double[] Logits, double[] Attention) Compute(Dictionary<string, float[]> weights, float[] channels, int kernel, int length)
    {
        int left = (kernel - 1) / 2;
        double Convolve(string name, int filter, int position)
        {
            double sum = weights[name + ".bias"][filter];
            for (int channel = 0; channel < Channels; channel++)
            {
                for (int k = 0; k < kernel; k++)
                {
                    int at = position + k - left;
                    if (at >= 0 && at < length)
                        sum += weights[name + ".weight"][(filter * Channels + channel) * kernel + k] * channels[channel * length + at];
                }
            }

            return sum;
        }

        var features = new double[2 * Filters];
        var attention = new double[length];
        for (int filter = 0; filter < Filters; filter++)
        {
            double total = Enumerable.Range(0, length).Sum(position => Math.Exp(Convolve("attention", filter, position)));
            features[filter] = Enumerable.Range(0, length).Sum(position =>
                Convolve("values", filter, position) * Math.Exp(Convolve("attention", filter, position)) / total);
            for (int position = 0; position < length; position++)
                attention[position] += Math.Exp(Convolve("attention", filter, position)) / total / Filters;
            features[Filters + filter] = Enumerable.Range(0, length).Max(position => Convolve("values", filter, position));
        }

        var hidden = new double[Hidden];
        for (int unit = 0; unit < Hidden; unit++)
        {
            double sum = weights["hidden.bias"][unit] + features.Select((value, i) => value * weights["hidden.weight"][unit * features.Length + i]).Sum();
            hidden[unit] = (Math.Max(0, sum) - weights["norm.running_mean"][unit]) / Math.Sqrt(weights["norm.running_var"][unit] + 1e-3)
                * weights["norm.weight"][unit] + weights["norm.bias"][unit];
        }

        return ([.. Enumerable.Range(0, Classes).Select(name =>
            weights["classes.bias"][name] + hidden.Select((value, i) => value * weights["classes.weight"][name * Hidden + i]).Sum())], attention);
    }

    private static float[] Values(Tensor tensor) => MemoryMarshal.Cast<byte, float>(tensor.contiguous().bytes).ToArray();
}
