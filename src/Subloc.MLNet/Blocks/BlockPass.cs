using Microsoft.ML;

namespace Subloc.MLNet.Blocks;

/// <summary>One pass over rows that computes values for blocks of them. Disposed when the pass ends.</summary>
/// <param name="firstRows">Rows of the first block.</param>
/// <param name="mostRows">Rows of the largest block.</param>
internal abstract class BlockPass(int firstRows, int mostRows) : IDisposable
{
    /// <summary>Rows of the first block; each further one has up to twice as many.</summary>
    public int FirstRows => firstRows;

    /// <summary>Rows of the largest block.</summary>
    public int MostRows => mostRows;

    /// <summary>Makes an empty block.</summary>
    /// <param name="rows">Where its rows will come from.</param>
    public abstract RowBlock MakeBlock(DataViewRowCursor rows);

    /// <inheritdoc/>
    public virtual void Dispose()
    {
    }
}
