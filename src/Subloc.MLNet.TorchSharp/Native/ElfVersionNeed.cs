namespace Subloc.MLNet.TorchSharp.Native;

/// <summary>A version of another library that an ELF file asks for (a <c>vernaux</c> record).</summary>
/// <param name="Library">The library's soname.</param>
/// <param name="Name">The version, such as <c>GLIBCXX_3.4.30</c>.</param>
/// <param name="NameOffset">Offset of the version's name in the string table.</param>
/// <param name="Hash">The ELF hash of the name.</param>
/// <param name="Index">The index by which symbols refer to it.</param>
/// <param name="FileOffset">Where the record stands in the file.</param>
internal sealed record ElfVersionNeed(string Library, string Name, uint NameOffset, uint Hash, ushort Index, long FileOffset);
