using Subloc.MLNet.TorchSharp.Native;
using TorchSharp;

namespace Subloc.MLNet.TorchSharp.Tests.Native;

public sealed class LibTorchTests
{
    [Fact]
    public void Start_Repeated_TorchComputes()
    {
        Parallel.For(0, 8, _ => LibTorch.Start());

        using var scope = torch.NewDisposeScope();
        var product = torch.tensor(new float[,] { { 1, 2 }, { 3, 4 } }).matmul(torch.ones(2, 1));

        Assert.Equal([3f, 7f], product.data<float>().ToArray());
    }
}
