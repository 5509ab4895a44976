using Subloc.MLNet.TorchSharp.Native;
using TorchSharp;

namespace Subloc.MLNet.Onnx.Tests;

/// <summary>Starts libtorch once for the tests that compare with it.</summary>
public sealed class StartedTorch
{
    public StartedTorch()
    {
        LibTorch.Start();
        torch.set_num_threads(1);
    }
}
