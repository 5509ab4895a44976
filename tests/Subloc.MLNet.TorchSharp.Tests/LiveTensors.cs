using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Tests;

/// <summary>Counts the tensors that are alive.</summary>
internal static class LiveTensors
{
    /// <summary>Tensors of all threads, once the garbage collector has freed what nobody holds, earlier tests' tensors too.</summary>
    /// <remarks>TorchSharp counts a tensor that became a parameter for ever.</remarks>
    internal static long Count()
    {
        long before;
        do
        {
            before = Tensor.TotalCount;
            for (int i = 0; i < 2; i++) // What a finalizer lets go of is garbage of the next round.
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
            }
        }
        while (Tensor.TotalCount != before);
        return before;
    }

    /// <summary>Tensors that some work leaves behind: of two rounds the higher number, because what earlier tests left may be freed meanwhile, which lowers it.</summary>
    internal static long LeftBy(Action work)
    {
        return Math.Max(Round(), Round());

        long Round()
        {
            long before = Count();
            work();
            return Count() - before;
        }
    }
}
