using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Tests;

/// <summary>Memory of the process in which anything may stand.</summary>
internal static class UsedMemory
{
    /// <summary>Fills much of the memory that libtorch will take next with what is not a number.</summary>
    public static void Fill()
    {
        var used = new List<Tensor>();
        for (long size = 16; size < 1 << 22; size = size * 5 / 4)
            for (int i = 0; i < 3; i++)
                used.Add(full([size], float.NaN));
        used.ForEach(tensor => tensor.Dispose());
    }
}
