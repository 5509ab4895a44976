using Subloc.MLNet.Batching;
using Subloc.MLNet.Scoring;

namespace Subloc.MLNet.Onnx.Scoring;

/// <summary>An exported model, ready to score.</summary>
public sealed class ProteinOnnxModel : IProteinScorer, IDisposable
{
    private readonly OnnxNetwork _network;
    private readonly SharedUse _use;
    private readonly BatchTeam _team = new();
    private int _threads;

    internal ProteinOnnxModel(OnnxModelContent content, ProteinOnnxOptions options)
    {
        Content = content;
        Threads = options.Threads;
        ScoringCancellation = options.CancellationToken;
        content.Families?.Prepare();
        _network = new OnnxNetwork(content);
        _use = new SharedUse(nameof(ProteinOnnxModel), _network.Dispose);
    }

    /// <summary>What the model says about itself.</summary>
    public OnnxModelInfo Info => Content.Info;

    /// <summary>Names of the classes, in the order of the scores.</summary>
    public IReadOnlyList<string> ClassNames => Info.ClassNames;

    /// <summary>Batches that one pass scores at the same time, each by one thread; at least 1. Default one for each processor.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Set to less than 0; 0 sets the default.</exception>
    public int Threads
    {
        get => _threads;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _threads = value == 0 ? Environment.ProcessorCount : value;
        }
    }

    /// <summary>
    /// Ends the reading of scored views when cancelled: their cursors throw <see cref="OperationCanceledException"/>. Asked before each
    /// batch, where who reads the rows can only ask before each block. Default none.
    /// </summary>
    public CancellationToken ScoringCancellation { get; set; }

    internal OnnxModelContent Content { get; }

    int IProteinScorer.AttentionLength => Content.HasAttention ? Info.Length : 0;

    /// <summary>Frees the weights once no thread scores any more; the model cannot score afterwards.</summary>
    public void Dispose() => _use.Dispose();

    void IProteinScorer.Score(ProteinSet proteins, ProteinScores scores, Func<bool>? isCancelled) =>
        _use.Run(() => _team.Run(Threads, _network.Plan(proteins), isCancelled, batch =>
        {
            _network.Run(proteins, batch, scores);
            Content.Families?.Speak(proteins, batch, scores, Info.Temperature);
        }));
}
