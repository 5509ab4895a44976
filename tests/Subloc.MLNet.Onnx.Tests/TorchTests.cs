namespace Subloc.MLNet.Onnx.Tests;

/// <summary>Tests that compute with libtorch: none runs beside another, as they seed its only default generator.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class TorchTests : ICollectionFixture<StartedTorch>
{
    public const string Name = "Torch";
}
