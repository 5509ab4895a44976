using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Subloc.MLNet.TorchSharp.Native;

/// <summary>Who owns a file or folder, and who else may use it; symbolic links are not followed.</summary>
/// <param name="IsMine">Whether the user of this process owns it.</param>
/// <param name="IsLink">Whether it is a symbolic link.</param>
/// <param name="Mode">The permission bits.</param>
internal readonly record struct LinuxOwnership(bool IsMine, bool IsLink, UnixFileMode Mode)
{
    private const int CurrentFolder = -100;
    private const int DoNotFollowLinks = 0x100;
    private const uint BasicFields = 0x7ff;
    private const int UserOffset = 20;
    private const int ModeOffset = 28;
    private const int TypeMask = 0xf000;
    private const int LinkType = 0xa000;
    private const int PermissionMask = 0xfff;

    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>Whether only the user of this process can reach it.</summary>
    public bool IsPrivate => IsMine && !IsLink && (Mode & Others) == 0;

    /// <summary>Whether everyone may rename what lies in this folder.</summary>
    public bool IsOpenToAll => (Mode & (UnixFileMode.OtherWrite | UnixFileMode.StickyBit)) == UnixFileMode.OtherWrite;

    /// <summary>Asks the system; null when the path does not exist or cannot be asked for.</summary>
    public static LinuxOwnership? Of(string path)
    {
        // struct statx has one layout on every architecture, which struct stat has not.
        var status = new byte[256];
        if (GetStatus(CurrentFolder, Encoding.UTF8.GetBytes(path + '\0'), DoNotFollowLinks, BasicFields, status) != 0)
            return null;

        var mode = BinaryPrimitives.ReadUInt16LittleEndian(status.AsSpan(ModeOffset));
        var user = BinaryPrimitives.ReadUInt32LittleEndian(status.AsSpan(UserOffset));
        return new(user == GetUser(), (mode & TypeMask) == LinkType, (UnixFileMode)(mode & PermissionMask));
    }

    [DllImport("libc.so.6", EntryPoint = "statx")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int GetStatus(int folder, byte[] path, int flags, uint mask, byte[] status);

    [DllImport("libc.so.6", EntryPoint = "geteuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern uint GetUser();
}
