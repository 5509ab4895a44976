using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using TorchSharp;

namespace Subloc.MLNet.TorchSharp.Native;

/// <summary>Loads libtorch by full path, so that TorchSharp's own search finds it loaded.</summary>
internal sealed class LibTorchLoader(NativeEnvironment environment)
{
    private readonly NativeEnvironment _environment = environment;

    /// <summary>Loads everything that the first use of torch needs.</summary>
    /// <exception cref="LibTorchException">libtorch is missing, damaged or does not fit.</exception>
    public LoadedLibTorch Load()
    {
        if (_environment.FindLoaded(_environment.Names.Bridge) is { } loaded)
            return Finish(new(Path.GetDirectoryName(loaded)!, LibTorchSource.AlreadyLoaded, null, loaded), null);

        var found = new LibTorchLocator(_environment).Find();
        LibTorchFit.CheckVersion(found);
        try
        {
            return OperatingSystem.IsLinux() ? LoadOnLinux(found) : LoadStock(found);
        }
        catch (InvalidDataException exception)
        {
            throw new LibTorchException($"The libraries of libtorch in {found.Folder} cannot be used: {exception.Message}", exception);
        }
        catch (Exception exception) when (exception is DllNotFoundException or BadImageFormatException or IOException or UnauthorizedAccessException)
        {
            throw new LibTorchException(
                $"libtorch in {found.Folder} could not be loaded; install it anew, or let {NativeEnvironment.LibTorchVariable} name another. "
                + $"The system says: {exception.Message.TrimEnd()}", exception);
        }
    }

    [SupportedOSPlatform("linux")]
    private LoadedLibTorch LoadOnLinux(LibTorchInstallation found)
    {
        var bridge = File.ReadAllBytes(found.BridgePath);
        var adjusted = BridgeLibrary.Adjust(found.BridgePath, bridge, LinuxLibraries.Read());
        LibTorchFit.CheckLibraries(found, _environment.Names, bridge);
        ThreadWaiting.Shorten(_environment);
        MemoryReuse.Enable(_environment);
        KernelCache.Enlarge(_environment);
        LoadLibTorch(found.Folder);
        if (adjusted is null)
        {
            NativeLibrary.Load(found.BridgePath);
            return Finish(found, null);
        }

        return Finish(found, LoadAdjusted(new AdjustedLibraryCache(_environment), bridge, adjusted));
    }

    [SupportedOSPlatform("linux")]
    private string LoadAdjusted(AdjustedLibraryCache cache, byte[] original, byte[] adjusted)
    {
        using var copy = cache.Store(_environment.Names.Bridge, original, adjusted);
        if (NativeLibrary.TryLoad(copy.Path, out _))
            return copy.Path;

        // The cache may lie on a file system from which nothing may be executed.
        using var other = cache.StoreTemporarily(_environment.Names.Bridge, adjusted);
        NativeLibrary.Load(other.Path);
        return other.Path;
    }

    private LoadedLibTorch LoadStock(LibTorchInstallation found)
    {
        LoadLibTorch(found.Folder);
        NativeLibrary.Load(found.BridgePath);
        return Finish(found, null);
    }

    private void LoadLibTorch(string folder)
    {
        foreach (var name in _environment.Names.LoadOrder(folder))
            NativeLibrary.Load(Path.Combine(folder, name));
    }

    private static LoadedLibTorch Finish(LibTorchInstallation found, string? adjustedPath)
    {
        try
        {
            torch.InitializeDeviceType(DeviceType.CPU);

            // The same number, but now said: sums are then split alike from the first operation on, whoever sets the number later.
            torch.set_num_threads(torch.get_num_threads());
        }
        catch (Exception exception) when (exception is NotSupportedException or TypeInitializationException or DllNotFoundException)
        {
            throw new LibTorchException($"TorchSharp does not find libtorch although {found.Folder} was loaded: {exception.Message}", exception);
        }

        return new(found, adjustedPath);
    }
}
