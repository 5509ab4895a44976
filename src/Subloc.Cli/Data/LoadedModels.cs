using System.Collections;
using Microsoft.ML;

namespace Subloc.Cli.Data;

/// <summary>Trained models that are averaged.</summary>
internal sealed class LoadedModels : IReadOnlyList<LoadedModel>, IDisposable
{
    private readonly List<LoadedModel> _models = [];

    /// <summary>Loads them.</summary>
    /// <exception cref="InvalidDataException">A file is no model, or an exported one.</exception>
    public LoadedModels(MLContext context, IReadOnlyList<string> files)
    {
        try
        {
            foreach (string file in files)
            {
                _models.Add(LoadedModel.Open(context, file));
                if (_models[^1] is LoadedOnnx)
                    throw new InvalidDataException($"{file}: this is an exported model already; name one that 'subloc train' made.");
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public int Count => _models.Count;

    public LoadedModel this[int index] => _models[index];

    public void Dispose() => _models.ForEach(model => model.Dispose());

    public IEnumerator<LoadedModel> GetEnumerator() => _models.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
