using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Layers;

/// <summary>Counts the values of a network's weights.</summary>
internal static class ParameterCount
{
    /// <summary>Values that training changes.</summary>
    internal static long Trained(nn.Module network) => network.parameters().Sum(parameter => parameter.numel());

    /// <summary>Values kept but not trained: the running statistics.</summary>
    internal static long NotTrained(nn.Module network) => network.buffers().Sum(buffer => buffer.numel());

    /// <summary>What Keras would report in total: it gives an LSTM one bias vector where libtorch has two.</summary>
    internal static long Keras(nn.Module network) => Trained(network) + NotTrained(network) - network.modules()
        .OfType<LSTM>()
        .SelectMany(lstm => lstm.named_parameters())
        .Where(parameter => parameter.name.StartsWith("bias_hh", StringComparison.Ordinal))
        .Sum(parameter => parameter.parameter.numel());
}
