using TorchSharp;
using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Checkpoints;

/// <summary>libtorch's random numbers, which dropout draws from, as a part of the run's state.</summary>
/// <remarks>
/// On the CPU the generator's state is stored. libtorch's C++ interface below TorchSharp does not give out the state of a GPU's
/// generator; there each batch begins with a seed of its own, which the epoch and the batch give.
/// </remarks>
internal sealed class TorchRandom
{
    private readonly Tensor _generator = random.get_rng_state();
    public TorchRandom()
    {
        State = new Dictionary<string, Tensor> { ["cpu"] = _generator };
    }

    /// <summary>The generator's state as captured last, to be read from and written into.</summary>
    public IReadOnlyDictionary<string, Tensor> State { get; }

    /// <summary>Copies the generator's present state.</summary>
    public void Capture()
    {
        using Tensor now = random.get_rng_state();
        _generator.copy_(now);
    }

    /// <summary>Gives the generator the captured state.</summary>
    public void Apply() => random.set_rng_state(_generator);

    /// <summary>Gives a GPU's generator the seed of a batch; the CPU's generator goes on from batch to batch.</summary>
    /// <param name="device">Where the run computes.</param>
    /// <param name="seed">Seed of the run.</param>
    /// <param name="epoch">Number of the epoch, from 1.</param>
    /// <param name="batch">Batches of the epoch that were learned from before.</param>
    public static void BeginBatch(Device device, long seed, int epoch, int batch)
    {
        if (device.type == DeviceType.CUDA)
            cuda.manual_seed(unchecked((seed * 1_000_003 + epoch) * 1_000_003 + batch));
    }
}
