using Subloc.MLNet.TorchSharp.Networks;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using F = TorchSharp.torch.nn.functional;

namespace Subloc.Benchmarks.Peers;

/// <summary>The networks as one writes them plainly, of TorchSharp's own modules and without masks.</summary>
internal static class BareNetworks
{
    private const double Epsilon = 1e-3;
    private const double Momentum = 0.01;

    /// <summary>Builds a network of as many weights as this library's, from channels [B, D, L] to logits [B, C].</summary>
    public static Module<Tensor, Tensor> Build(NetworkConfig config, NetworkShape shape) => config switch
    {
        CnnConfig cnn => Cnn(cnn, shape),
        CnnLstmConfig lstm => new CnnLstm(lstm, shape),
        ResNetConfig resNet => new ResNet(resNet, shape),
        _ => throw new ArgumentException($"There is no bare network for {config.GetType().Name}.", nameof(config)),
    };

    private static Module<Tensor, Tensor> Cnn(CnnConfig config, NetworkShape shape)
    {
        var layers = Convolutions(config.Filters, config.Kernel, shape);
        long steps = config.Filters.Aggregate(shape.Length, (length, _) => (length - config.Kernel + 1) / 2);
        layers.Add(Flatten());
        layers.AddRange(Head(steps * config.Filters[^1], config.Hidden, config.Dropout, shape.Classes));
        return Sequential(layers);
    }

    private static List<Module<Tensor, Tensor>> Convolutions(IReadOnlyList<int> filters, int kernel, NetworkShape shape)
    {
        var layers = new List<Module<Tensor, Tensor>>();
        for (int i = 0; i < filters.Count; i++)
            layers.AddRange([Conv1d(i == 0 ? shape.Channels : filters[i - 1], filters[i], kernel), ReLU(), MaxPool1d(2)]);
        return layers;
    }

    private static List<Module<Tensor, Tensor>> Head(long inputs, IReadOnlyList<int> hidden, double dropout, int classes)
    {
        var layers = new List<Module<Tensor, Tensor>>();
        for (int i = 0; i < hidden.Count; i++)
        {
            layers.AddRange([Linear(inputs, hidden[i]), ReLU()]);
            if (i == 0 || i < hidden.Count - 1)
                layers.Add(Dropout(dropout));
            inputs = hidden[i];
        }

        return [.. layers, Linear(inputs, classes)];
    }

    private static Module<Tensor, Tensor>[] Normalized(long inputs, long filters, int kernel, int stride = 1) =>
        [Conv1d(inputs, filters, kernel, stride: stride, padding: kernel / 2), BatchNorm1d(filters, Epsilon, Momentum)];

    private sealed class CnnLstm : Module<Tensor, Tensor>
    {
        private readonly Module<Tensor, Tensor> _convolutions;
        private readonly TorchSharp.Modules.LSTM _lstm;
        private readonly Module<Tensor, Tensor> _head;

        public CnnLstm(CnnLstmConfig config, NetworkShape shape)
            : base(nameof(CnnLstm))
        {
            _convolutions = Sequential(Convolutions(config.Filters, config.Kernel, shape));
            _lstm = LSTM(config.Filters[^1], config.Hidden, config.Layers, batchFirst: true);
            _head = Sequential(Dropout(config.Dropout), Linear(config.Hidden, shape.Classes));
            RegisterComponents();
        }

        public override Tensor forward(Tensor channels)
        {
            var (states, _, _) = _lstm.forward(_convolutions.forward(channels).transpose(1, 2)); // [B, T, H]
            return _head.forward(states.select(1, -1));                                          // [B, C]
        }
    }

    private sealed class ResNet : Module<Tensor, Tensor>
    {
        private readonly Module<Tensor, Tensor> _features;
        private readonly Module<Tensor, Tensor> _head;

        public ResNet(ResNetConfig config, NetworkShape shape)
            : base(nameof(ResNet))
        {
            List<Module<Tensor, Tensor>> layers =
                [.. Normalized(shape.Channels, config.StemFilters, config.StemKernel, 2), ReLU(), MaxPool1d(3, 2, 1)];
            long width = config.StemFilters;
            foreach (ResNetBlock block in config.Blocks)
            {
                layers.Add(new Block(width, block, config));
                width = block.Width;
            }

            _features = Sequential(layers);
            _head = Sequential(Head(width, config.Hidden, config.Dropout, shape.Classes));
            RegisterComponents();
        }

        public override Tensor forward(Tensor channels) => _head.forward(_features.forward(channels).mean([2])); // [B, C]
    }

    private sealed class Block : Module<Tensor, Tensor>
    {
        private readonly Module<Tensor, Tensor> _layers;
        private readonly Module<Tensor, Tensor>? _shortcut;

        public Block(long inputs, ResNetBlock block, ResNetConfig config)
            : base(nameof(Block))
        {
            long narrow = block.Width / 4;
            List<Module<Tensor, Tensor>> layers = config.BlockKind == ResNetBlockKind.Bottleneck
                ?
                [
                    .. Normalized(inputs, narrow, 1), ReLU(),
                    .. Normalized(narrow, narrow, 3, block.Stride), ReLU(),
                    .. Normalized(narrow, block.Width, 1),
                ]
                : [.. Normalized(inputs, block.Width, 3, block.Stride)];
            for (int i = 1; config.BlockKind == ResNetBlockKind.Basic && i < config.ConvolutionsPerBlock; i++)
                layers.AddRange([ReLU(), .. Normalized(block.Width, block.Width, 3)]);
            _layers = Sequential(layers);
            if (block.Stride != 1 || inputs != block.Width)
                _shortcut = Sequential(Normalized(inputs, block.Width, 1, block.Stride));
            RegisterComponents();
        }

        public override Tensor forward(Tensor features) => F.relu(_layers.forward(features) + (_shortcut?.forward(features) ?? features));
    }
}
