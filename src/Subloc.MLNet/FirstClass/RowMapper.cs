using Microsoft.ML;
using Microsoft.ML.Data;

namespace Subloc.MLNet.FirstClass;

/// <summary>Computes the columns that a <see cref="RowTransformer"/> adds, for rows of one input schema.</summary>
internal abstract class RowMapper(RowTransformer transformer, DataViewSchema.DetachedColumn[] outputColumns) : IRowMapper
{
    /// <summary>Indices of the input columns that the outputs are computed from.</summary>
    protected abstract IEnumerable<int> Inputs { get; }

    /// <inheritdoc/>
    public DataViewSchema.DetachedColumn[] GetOutputColumns() => outputColumns;

    /// <inheritdoc/>
    public Func<int, bool> GetDependencies(Func<int, bool> activeOutput)
    {
        bool any = Enumerable.Range(0, outputColumns.Length).Any(activeOutput);
        int[] inputs = any ? [.. Inputs] : [];
        return index => Array.IndexOf(inputs, index) >= 0;
    }

    /// <inheritdoc/>
    public abstract Delegate[] CreateGetters(DataViewRow input, Func<int, bool> activeOutput, out Action? disposer);

    /// <inheritdoc/>
    public ITransformer GetTransformer() => transformer;

    void ICanSaveModel.Save(ModelSaveContext ctx) => ((ICanSaveModel)transformer).Save(ctx);
}
