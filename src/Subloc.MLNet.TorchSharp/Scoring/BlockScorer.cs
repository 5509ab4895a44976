using Microsoft.ML;
using Microsoft.ML.Data;
using Subloc.MLNet.TorchSharp.Batching;

namespace Subloc.MLNet.TorchSharp.Scoring;

/// <summary>Reads rows ahead in blocks and scores a block at a time.</summary>
internal sealed class BlockScorer : IDisposable
{
    private const int BlockRows = 1024;

    private readonly DataViewRowCursor _rows;
    private readonly ProteinNetworkModel _model;
    private readonly ProteinSet _block;
    private readonly Action<int> _read;
    private readonly ValueGetter<DataViewRowId> _id;
    private readonly DataViewRowId[] _ids = new DataViewRowId[BlockRows];
    private readonly float[] _scores;
    private int _current = -1;

    public BlockScorer(DataViewRowCursor rows, ProteinNetworkModel model, FeatureSource features)
    {
        _rows = rows;
        _model = model;
        _block = features.MakeSet();
        _read = features.MakeReader(rows, _block);
        _id = rows.GetIdGetter();
        _scores = new float[BlockRows * model.Shape.Classes];
    }

    /// <summary>Scores of the current row.</summary>
    public ReadOnlySpan<float> Scores => _scores.AsSpan(_current * _model.Shape.Classes, _model.Shape.Classes);

    /// <summary>Identifier of the current row.</summary>
    public DataViewRowId Id => _ids[_current];

    /// <summary>Goes to the next row; false behind the last one.</summary>
    public bool MoveNext()
    {
        if (++_current < _block.Count)
            return true;

        _block.Clear();
        _current = 0;
        while (_block.Count < BlockRows && _rows.MoveNext())
        {
            _id(ref _ids[_block.Count]);
            _read(0);
        }

        _model.Score(_block, _scores);
        return _block.Count > 0;
    }

    public void Dispose() => _rows.Dispose();
}
