using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Tests;

/// <summary>Another number of threads inside an operation, for the time of a test.</summary>
internal sealed class ThreadSetting : IDisposable
{
    private readonly int _before = get_num_threads();

    public ThreadSetting(int threads) => set_num_threads(threads);

    public void Dispose() => set_num_threads(_before);
}
