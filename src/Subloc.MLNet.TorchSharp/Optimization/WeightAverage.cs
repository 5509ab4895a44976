using Subloc.MLNet.TorchSharp.Native;
using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Optimization;

/// <summary>A running average of a network's weights and statistics, which often predicts better than the newest ones.</summary>
/// <remarks>
/// After step t the average keeps the share min(decay, (1 + t) / (10 + t)) of itself, as in TensorFlow: in the first steps it follows
/// the weights closely, so that the random weights of the beginning are soon forgotten. Its tensors belong to it, not to the
/// dispose scope in which they are made.
/// </remarks>
internal sealed class WeightAverage : IDisposable
{
    private readonly double _decay;
    private readonly Dictionary<string, Tensor> _state = [];
    private readonly (Tensor Value, Tensor Average)[] _pairs;
    private readonly Tensor[] _values;
    private readonly Tensor[] _averages;
    private readonly Tensor _steps;

    /// <param name="network">The network; it keeps its tensors while this is used.</param>
    /// <param name="decay">Share of itself that the average keeps in a step, above 0 and below 1.</param>
    public WeightAverage(nn.Module network, double decay)
    {
        _decay = decay;
        _pairs = [.. network.state_dict().Select(entry => (entry.Value, Keep(entry.Key, entry.Value.detach().clone())))];
        (Tensor Value, Tensor Average)[] averaged = [.. _pairs.Where(pair => pair.Value.is_floating_point())];
        _values = [.. averaged.Select(pair => pair.Value)];
        _averages = [.. averaged.Select(pair => pair.Average)];
        _steps = Keep("#steps", zeros([], ScalarType.Int64, CPU));
    }

    /// <summary>What a later run needs to go on: tensors by name, to be read from and written into.</summary>
    public IReadOnlyDictionary<string, Tensor> State => _state;

    /// <summary>Takes the newest weights in.</summary>
    public void Update()
    {
        double step = _steps.item<long>() + 1;
        using var frozen = no_grad();
        _steps.add_(Numbers.Of(1L), Numbers.One);
        TorchOperators.Average(_averages, _values, 1 - Math.Min(_decay, (1 + step) / (10 + step)));
        foreach ((Tensor value, Tensor average) in _pairs.Where(pair => !pair.Value.is_floating_point()))
            average.copy_(value);
    }

    /// <summary>Puts the averages into the network, and the newest weights back when the result is disposed.</summary>
    public IDisposable Lend()
    {
        using var frozen = no_grad();
        Tensor[] newest = [.. _pairs.Select(pair => pair.Value.detach().clone().DetachFromDisposeScope())];
        Copy(_pairs.Select(pair => pair.Average));
        return new Loan(this, newest);
    }

    public void Dispose()
    {
        foreach (Tensor tensor in _state.Values)
            tensor.Dispose();
    }

    private void Copy(IEnumerable<Tensor> values)
    {
        foreach (((Tensor value, _), Tensor source) in _pairs.Zip(values))
            value.copy_(source);
    }

    private Tensor Keep(string name, Tensor tensor) => _state[name] = tensor.DetachFromDisposeScope();

    private sealed class Loan(WeightAverage average, Tensor[] newest) : IDisposable
    {
        public void Dispose()
        {
            using var frozen = no_grad();
            average.Copy(newest);
            foreach (Tensor tensor in newest)
                tensor.Dispose();
        }
    }
}
