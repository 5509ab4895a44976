using Subloc.MLNet.TorchSharp.Native;

namespace Subloc.MLNet.TorchSharp.Tests;

/// <summary>Starts libtorch once for the tests that compute.</summary>
public sealed class StartedTorch
{
    public StartedTorch() => LibTorch.Start();
}
