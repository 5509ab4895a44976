using Subloc.Benchmarks.Measuring;
using Subloc.MLNet.Sequences;
using Subloc.MLNet.TorchSharp.Networks;
using static TorchSharp.torch;

namespace Subloc.Benchmarks.Peers;

/// <summary>A bare TorchSharp loop over tensors [B, 20, L] that are ready before any time is taken.</summary>
/// <remarks>It runs in this library's process, and so shares its libtorch and the settings of threads and memory made for it.</remarks>
internal sealed class BareContender : IContender
{
    private readonly NetworkShape _shape;
    private readonly Tensor _channels;
    private readonly Tensor _labels;
    private int _batchSize;
    private nn.Module<Tensor, Tensor>? _network;
    private optim.Optimizer? _optimizer;

    public BareContender(ReadyProteins proteins, int classes)
    {
        _shape = new NetworkShape(Alphabet.ResidueCount, proteins.Length, classes);
        _labels = tensor(Array.ConvertAll(proteins.Labels, label => (long)label));
        using var scope = NewDisposeScope();
        Tensor table = tensor(Alphabet.OneHotTable.ToArray(), [Alphabet.TokenCount + 1, Alphabet.ResidueCount]);
        Tensor tokens = tensor(proteins.Tokens, [proteins.Count, proteins.Length]).to(int64);
        _channels = table[tokens].transpose(1, 2).contiguous().DetachFromDisposeScope(); // [N, 20, L]
    }

    public string Name => "(a) TorchSharp";

    public bool NeedsSample => false;

    public long Build(string network, int batchSize)
    {
        _optimizer?.Dispose();
        _network?.Dispose();
        _batchSize = batchSize;
        random.manual_seed(1);
        _network = BareNetworks.Build(SeedNetworks.Get(network).Config, _shape);
        _optimizer = optim.Adam(_network.parameters(), 1e-3, eps: 1e-7);
        return _network.parameters().Sum(weight => weight.numel());
    }

    public Lap Train(int count)
    {
        _network!.train();
        Lap start = Lap.Now;
        foreach ((long from, long to) in Batches(count))
        {
            using var scope = NewDisposeScope();
            _optimizer!.zero_grad();
            Tensor logits = _network.forward(_channels.slice(0, from, to, 1));
            nn.functional.cross_entropy(logits, _labels.slice(0, from, to, 1)).backward();
            _optimizer.step();
        }

        return Lap.Now - start;
    }

    public Lap Score(int count)
    {
        _network!.eval();
        using var noGradient = inference_mode();
        Lap start = Lap.Now;
        foreach ((long from, long to) in Batches(count))
        {
            using var scope = NewDisposeScope();
            _network.forward(_channels.slice(0, from, to, 1)).softmax(1);
        }

        return Lap.Now - start;
    }

    public void Dispose()
    {
        _optimizer?.Dispose();
        _network?.Dispose();
        _channels.Dispose();
        _labels.Dispose();
    }

    // Slices of the ready tensors, over and over, `count` proteins in all.
    private IEnumerable<(long From, long To)> Batches(int count)
    {
        int from = 0, ready = (int)_labels.shape[0];
        while (count > 0)
        {
            int size = Math.Min(Math.Min(_batchSize, count), ready - from);
            yield return (from, from + size);
            count -= size;
            from = (from + size) % ready;
        }
    }
}
