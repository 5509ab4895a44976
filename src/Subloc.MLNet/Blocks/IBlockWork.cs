using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace Subloc.MLNet.Blocks;

/// <summary>Columns that a <see cref="BlockDataView"/> adds because they are best computed for many rows at once.</summary>
internal interface IBlockWork
{
    /// <summary>What is done, for messages: Scoring.</summary>
    string Name { get; }

    /// <summary>The columns that are read.</summary>
    IEnumerable<DataViewSchema.Column> Inputs { get; }

    /// <summary>Ends the work when cancelled.</summary>
    CancellationToken Cancellation { get; }

    /// <summary>The columns that are added.</summary>
    DataViewSchema.DetachedColumn[] MakeColumns(DataViewSchema inputSchema);

    /// <summary>Getters of the columns that are added.</summary>
    Delegate[] MakeGetters(CurrentValues current);

    /// <summary>Begins a pass over the rows.</summary>
    /// <param name="host">Gets messages and progress.</param>
    /// <param name="isNeeded">Whether an added column, by its position among these, will be read.</param>
    BlockPass Begin(IHost host, Func<int, bool> isNeeded);
}
