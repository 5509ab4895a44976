namespace Subloc.MLNet.TorchSharp.Tests;

/// <summary>Tests that seed torch's only default generator or count its tensors: none runs beside another.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class TorchTests : ICollectionFixture<StartedTorch>
{
    public const string Name = "Torch";
}
