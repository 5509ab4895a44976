namespace Subloc.MLNet.TorchSharp.Native;

/// <summary>One dynamic symbol: where its name stands in the string table, and which version it is bound to.</summary>
/// <param name="Index">Row in the dynamic symbol table.</param>
/// <param name="NameOffset">Offset of the name in the dynamic string table.</param>
/// <param name="Binding">1 global, 2 weak.</param>
/// <param name="IsDefined">Whether this library provides the symbol.</param>
/// <param name="Version">Version index: 0 local, 1 unversioned, otherwise the index of a version record.</param>
internal readonly record struct ElfSymbol(int Index, uint NameOffset, int Binding, bool IsDefined, ushort Version)
{
    public const int Weak = 2;
}
