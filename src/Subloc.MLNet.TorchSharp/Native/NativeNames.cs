using System.Runtime.InteropServices;

namespace Subloc.MLNet.TorchSharp.Native;

/// <summary>How libtorch's files are called on one operating system.</summary>
/// <param name="Bridge">TorchSharp's own library, which needs the others.</param>
/// <param name="Required">The libraries of every libtorch, each after those it needs.</param>
/// <param name="Optional">The libraries of a GPU build; loaded before the last required one, which needs them.</param>
internal sealed record NativeNames(string Bridge, IReadOnlyList<string> Required, IReadOnlyList<string> Optional)
{
    public static NativeNames Linux { get; } = new(
        "libLibTorchSharp.so", ["libc10.so", "libtorch_cpu.so", "libtorch.so"], ["libc10_cuda.so", "libtorch_cuda.so"]);

    public static NativeNames MacOS { get; } = new(
        "libLibTorchSharp.dylib", ["libc10.dylib", "libtorch_cpu.dylib", "libtorch.dylib"], []);

    public static NativeNames Windows { get; } = new(
        "LibTorchSharp.dll", ["c10.dll", "torch_cpu.dll", "torch.dll"], ["c10_cuda.dll", "torch_cuda.dll"]);

    /// <summary>The names on the operating system that runs this process.</summary>
    public static NativeNames Current =>
        OperatingSystem.IsWindows() ? Windows
        : OperatingSystem.IsMacOS() ? MacOS
        : Linux;

    /// <summary>The folder name of this platform in NuGet packages, such as <c>linux-x64</c>.</summary>
    public static string CurrentPlatform =>
        (OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux")
        + "-" + RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();

    /// <summary>The libraries of a libtorch folder that are to be loaded, in order.</summary>
    /// <param name="folder">A folder that holds the required ones.</param>
    public IEnumerable<string> LoadOrder(string folder)
    {
        var optional = Optional.Where(name => File.Exists(Path.Combine(folder, name)));
        return [.. Required.SkipLast(1), .. optional, Required[^1]];
    }
}
