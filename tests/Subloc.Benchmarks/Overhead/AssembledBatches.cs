using Microsoft.ML;
using Microsoft.ML.Runtime;
using Subloc.MLNet.Batching;
using Subloc.MLNet.TorchSharp.Batching;

namespace Subloc.Benchmarks.Overhead;

/// <summary>Plans and assembles the batches of an epoch as the training does, and computes nothing.</summary>
internal sealed class AssembledBatches
{
    private readonly ProteinSet _set;
    private readonly BatchPlan _plan;
    private readonly int[] _rows;
    private int _epoch;

    /// <param name="mlContext">The context that the view was made in.</param>
    /// <param name="encoded">Rows with Features.</param>
    /// <param name="length">Positions of the encoded proteins.</param>
    /// <param name="batchSize">Proteins in a batch.</param>
    /// <param name="isFixed">Whether every batch is padded to the full length.</param>
    public AssembledBatches(MLContext mlContext, IDataView encoded, int length, int batchSize, bool isFixed)
    {
        FeatureSource source = FeatureSource.Find((IHostEnvironment)mlContext, encoded.Schema, "Features", null);
        _set = source.MakeSet();
        using DataViewRowCursor cursor = encoded.GetRowCursor(source.Columns);
        Action<int> read = source.MakeReader(cursor, _set);
        while (cursor.MoveNext())
            read(0);
        _rows = [.. Enumerable.Range(0, _set.Count)];
        _plan = new BatchPlan(_set, batchSize, 0, length, isFixed);
    }

    /// <summary>Makes the batches of the next epoch.</summary>
    /// <returns>Share of the positions that are padding.</returns>
    public double RunEpoch()
    {
        long filled = 0, all = 0;
        foreach (int[] batch in _plan.Shuffle(_rows, 1, ++_epoch))
        {
            using Batch input = Batch.Allocate(_set, batch.Length, _plan.LengthOf(batch));
            input.Fill(_set, batch);
            all += input.Residues.numel();
            foreach (int protein in batch)
                filled += _set.LengthOf(protein);
        }

        return 1 - (double)filled / all;
    }
}
