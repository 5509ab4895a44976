using Subloc.MLNet.Batching;
using Subloc.MLNet.TorchSharp.Checkpoints;
using Subloc.MLNet.TorchSharp.Networks;
using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Training;

/// <summary>What a training run works on.</summary>
/// <param name="Network">Takes residues and mask and gives logits [B, C].</param>
/// <param name="Shape">Sizes that the network was built for.</param>
/// <param name="Set">All training and validation rows.</param>
/// <param name="Targets">What the network shall say about each row.</param>
/// <param name="Options">The trainer's settings.</param>
/// <param name="Device">Where to compute.</param>
/// <param name="Seed">Seed of the shuffles.</param>
/// <param name="IsCancelled">Whether the run shall end; asked before each batch.</param>
/// <param name="Checkpoints">Where the run is saved; null if it is not.</param>
internal sealed record TrainingSetup(
    LocalizationNetwork Network,
    NetworkShape Shape,
    ProteinSet Set,
    Targets Targets,
    ProteinNetworkOptions Options,
    Device Device,
    int Seed,
    Func<bool> IsCancelled,
    RunCheckpoints? Checkpoints)
{
    /// <summary>How the proteins are put into batches.</summary>
    public BatchPlan MakePlan() => new(Set, Options.BatchSize, Options.BatchTokens, Shape.Length, Options.Network.NeedsFixedLength);
}
