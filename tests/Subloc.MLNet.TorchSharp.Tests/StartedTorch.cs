using Subloc.MLNet.TorchSharp.Native;
using TorchSharp;

namespace Subloc.MLNet.TorchSharp.Tests;

/// <summary>Starts libtorch once for the tests that compute.</summary>
public sealed class StartedTorch
{
    public StartedTorch()
    {
        LibTorch.Start();

        // The tests are small, and on a busy machine the threads of one operation would wait for each other most of the time.
        torch.set_num_threads(1);
    }
}
