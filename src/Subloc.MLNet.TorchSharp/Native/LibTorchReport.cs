namespace Subloc.MLNet.TorchSharp.Native;

/// <summary>What <see cref="LibTorch.Inspect"/> found out about this system; null and empty where something could not be found out.</summary>
public sealed record LibTorchReport
{
    /// <summary>The operating system's name and version.</summary>
    public string OperatingSystem { get; init; } = "";

    /// <summary>The processor architecture of this process, such as <c>x64</c>.</summary>
    public string Architecture { get; init; } = "";

    /// <summary>Version of glibc; null on other systems.</summary>
    public string? LibcVersion { get; init; }

    /// <summary>The libstdc++ in use on Linux.</summary>
    public string? StandardLibraryPath { get; init; }

    /// <summary>The highest GLIBCXX version that libstdc++ provides, such as <c>3.4.30</c>.</summary>
    public string? StandardLibraryVersion { get; init; }

    /// <summary>Whether torch started.</summary>
    public bool IsStarted { get; init; }

    /// <summary>Version of the TorchSharp package.</summary>
    public string TorchSharpVersion { get; init; } = "";

    /// <summary>Version of libtorch, where it can be told.</summary>
    public string? LibTorchVersion { get; init; }

    /// <summary>The folder of libtorch.</summary>
    public string? LibTorchFolder { get; init; }

    /// <summary>How libtorch was found.</summary>
    public LibTorchSource LibTorchSource { get; init; }

    /// <summary>The adjusted copy of TorchSharp's own library that is loaded; null where the library itself is.</summary>
    public string? AdjustedLibraryPath { get; init; }

    /// <summary>Processors this process may use.</summary>
    public int ProcessorCount { get; init; }

    /// <summary>Threads that torch uses within one operation; null when it did not start.</summary>
    public int? TorchThreadCount { get; init; }

    /// <summary>Whether libtorch's convolutions on the processor give what matrix products give; null when torch did not start.</summary>
    public bool? AreConvolutionsRight { get; init; }

    /// <summary>The processor's instruction sets that matter for speed: of <c>AVX2</c>, <c>AVX-512F</c>, <c>AVX512_BF16</c>, <c>AMX_BF16</c>.</summary>
    public IReadOnlyList<string> ProcessorFeatures { get; init; } = [];

    /// <summary>The NVIDIA driver's version on Linux; null when there is none.</summary>
    public string? NvidiaDriver { get; init; }

    /// <summary>Whether torch can compute on a GPU.</summary>
    public bool IsCudaAvailable { get; init; }

    /// <summary>GPUs that torch can use.</summary>
    public int CudaDeviceCount { get; init; }

    /// <summary>What is wrong or worth knowing, the gravest first.</summary>
    public IReadOnlyList<Finding> Findings { get; init; } = [];
}
