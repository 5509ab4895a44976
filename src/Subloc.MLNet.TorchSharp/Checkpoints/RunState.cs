using System.Text.Json.Nodes;
using Subloc.MLNet.TorchSharp.Training;
using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Checkpoints;

/// <summary>The parts of a training run that change while it runs, by name: tensors and small values.</summary>
internal sealed class RunState
{
    private readonly Dictionary<string, Func<IReadOnlyDictionary<string, Tensor>>> _tensors = [];
    private readonly Dictionary<string, (Func<JsonNode?> Save, Action<JsonNode> Restore)> _values = [];
    private TorchRandom? _random;

    /// <summary>Names of the parts that are tensors.</summary>
    public IReadOnlyCollection<string> TensorParts => _tensors.Keys;

    /// <summary>Adds tensors by name, which are read when a checkpoint is written and written into when one is restored.</summary>
    /// <param name="name">Name of the part; letters and digits.</param>
    /// <param name="tensors">Gives the tensors; always the same names, types and shapes.</param>
    public void Add(string name, Func<IReadOnlyDictionary<string, Tensor>> tensors) => _tensors.Add(name, tensors);

    /// <summary>Adds something that saves its state as JSON.</summary>
    /// <param name="name">Name of the part.</param>
    /// <param name="save">Gives the state; null if there is none.</param>
    /// <param name="restore">Takes back what <paramref name="save"/> gave.</param>
    public void Add(string name, Func<JsonNode?> save, Action<JsonNode> restore) => _values.Add(name, (save, restore));

    /// <summary>Adds libtorch's random numbers.</summary>
    public void Add(TorchRandom random)
    {
        Add("random", () => random.State);
        _random = random;
    }

    /// <summary>Adds callbacks, each under its type and its number among those of that type.</summary>
    public void Add(IEnumerable<ITrainingCallback> callbacks)
    {
        foreach (var kind in callbacks.GroupBy(callback => callback.GetType().FullName ?? callback.GetType().Name))
        {
            int number = 0;
            foreach (ITrainingCallback callback in kind)
                Add($"{kind.Key} {++number}", callback.SaveState, callback.RestoreState);
        }
    }

    /// <summary>The tensors of one part.</summary>
    public IReadOnlyDictionary<string, Tensor> TensorsOf(string part) => _tensors[part]();

    /// <summary>The state of all parts that save JSON; to be called before the tensors are read.</summary>
    public JsonObject SaveValues()
    {
        _random?.Capture();
        var all = new JsonObject();
        foreach ((string name, (Func<JsonNode?> save, _)) in _values)
        {
            if (save() is { } state)
                all[name] = state.DeepClone();
        }

        return all;
    }

    /// <summary>Gives every part its stored state.</summary>
    /// <param name="values">The state of the parts that save JSON.</param>
    /// <param name="readTensors">Reads the stored tensors of a part into given ones.</param>
    /// <returns>Names of stored states that no part took.</returns>
    public IReadOnlyList<string> Restore(JsonObject values, Action<string, IReadOnlyDictionary<string, Tensor>> readTensors)
    {
        foreach ((string name, Func<IReadOnlyDictionary<string, Tensor>> tensors) in _tensors)
            readTensors(name, tensors());
        foreach ((string name, JsonNode? state) in values)
        {
            if (state is not null && _values.TryGetValue(name, out var part))
                part.Restore(state.DeepClone());
        }

        _random?.Apply();
        return [.. values.Select(value => value.Key).Where(name => !_values.ContainsKey(name))];
    }
}
