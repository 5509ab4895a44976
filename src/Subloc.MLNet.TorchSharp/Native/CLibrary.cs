using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Subloc.MLNet.TorchSharp.Native;

/// <summary>Functions of the C library of Linux.</summary>
[SupportedOSPlatform("linux")]
internal static class CLibrary
{
    private const string Name = "libc.so.6";

    /// <summary>Sets a variable of the environment that native libraries read, which .NET's own does not reach, unless it is set.</summary>
    [DllImport(Name, EntryPoint = "setenv")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern int SetVariable(
        [MarshalAs(UnmanagedType.LPUTF8Str)] string name, [MarshalAs(UnmanagedType.LPUTF8Str)] string value, int overwrite = 0);

    /// <summary>Sets a limit of the allocator.</summary>
    [DllImport(Name, EntryPoint = "mallopt")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern int SetAllocator(int parameter, int value);
}
