using System.Globalization;
using Subloc.MLNet.TorchSharp.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace Subloc.MLNet.TorchSharp.Training;

/// <summary>Finds the device that a caller asked for; the request is honoured or refused.</summary>
internal static class ComputeDevice
{
    /// <summary>Finds a device.</summary>
    /// <param name="name"><c>auto</c>, <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The name is none of these.</exception>
    /// <exception cref="InvalidOperationException">There is no such GPU, or this libtorch cannot use it.</exception>
    public static Device Find(string name)
    {
        LibTorch.Start();
        switch (name.ToLowerInvariant())
        {
            case "auto":
                return cuda.is_available() ? new Device(DeviceType.CUDA, 0) : CPU;
            case "cpu":
                return CPU;
        }

        int index = 0;
        bool isCuda = name.Equals("cuda", StringComparison.OrdinalIgnoreCase)
            || (name.StartsWith("cuda:", StringComparison.OrdinalIgnoreCase)
                && int.TryParse(name.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out index));
        if (!isCuda)
            throw new ArgumentOutOfRangeException(nameof(name), name, "The device must be auto, cpu, cuda or cuda:N.");
        if (!cuda.is_available())
            throw new InvalidOperationException($"The device '{name}' was asked for, but this libtorch finds no CUDA GPU; use cpu, or set SUBLOC_LIBTORCH to a libtorch with CUDA.");
        if (index >= cuda.device_count())
            throw new InvalidOperationException($"The device '{name}' was asked for, but there are {cuda.device_count()} CUDA GPUs, numbered from 0.");

        return new Device(DeviceType.CUDA, index);
    }
}
