using Subloc.MLNet.Batching;

namespace Subloc.MLNet.Scoring;

/// <summary>A trained network as scoring sees it, whatever computes it. Several threads may use one.</summary>
internal interface IProteinScorer
{
    /// <summary>Names of the classes, in the order of the scores.</summary>
    IReadOnlyList<string> ClassNames { get; }

    /// <summary>Positions of the attention that it can give beside the scores; 0 where it gives none.</summary>
    int AttentionLength { get; }

    /// <summary>Ends scoring when cancelled.</summary>
    CancellationToken ScoringCancellation { get; }

    /// <summary>Scores all proteins of a set.</summary>
    /// <param name="proteins">The proteins, encoded as the network was trained on.</param>
    /// <param name="scores">Receives the scores, and the attention if it has room for it; reserved for as many proteins.</param>
    /// <param name="isCancelled">Whether to give up; asked before each batch, on any thread.</param>
    /// <exception cref="ObjectDisposedException">The model was disposed.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    void Score(ProteinSet proteins, ProteinScores scores, Func<bool>? isCancelled = null);
}
