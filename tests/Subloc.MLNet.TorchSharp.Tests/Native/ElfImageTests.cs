using Subloc.MLNet.TorchSharp.Native;

using Subloc.Testing;

namespace Subloc.MLNet.TorchSharp.Tests.Native;

public sealed class ElfImageTests
{
    [LinuxFact]
    public void Read_RealLibrary_FindsVersionsAndSymbols()
    {
        var image = ElfImage.Read(new MemoryStream(NativeFiles.Bridge()));

        Assert.Equal(ElfImage.MachineX64, image.Machine);
        Assert.Contains(image.VersionNeeds, need => need is { Library: "libstdc++.so.6", Name: "GLIBCXX_3.4.30" });
        Assert.Contains(image.Symbols, symbol => symbol.IsDefined && image.NameOf(symbol) == "THSTensor_matmul");
    }

    [LinuxFact]
    public void ReadVersionDefinitions_StandardLibrary_HasTheFirstVersion()
    {
        var libraries = LinuxLibraries.Read();

        Assert.Contains("GLIBCXX_3.4", libraries.StandardLibraryVersions);
        Assert.True(libraries.HighestStandardLibraryVersion >= new Version(3, 4, 21));
        Assert.True(libraries.LibcVersion >= new Version(2, 27));
    }

    [LinuxFact]
    public void Read_CutAtEvery64thByte_InvalidData()
    {
        var library = NativeFiles.Bridge();

        for (var length = 0; length < library.Length; length += 64)
            Assert.Throws<InvalidDataException>(() => ReadAll(new MemoryStream(library, 0, length)));
    }

    [LinuxFact]
    public void Read_DamagedBytes_InvalidDataOrNothing()
    {
        var original = NativeFiles.Bridge();
        var random = new Random(17);
        var tables = ElfImage.Read(new MemoryStream(original)).SymbolVersionSection;

        for (var round = 0; round < 400; round++)
        {
            var library = (byte[])original.Clone();
            for (var i = 0; i < 8; i++)
                library[DamagedOffset(random, library.Length, tables)] = (byte)random.Next(256);

            var problem = Record.Exception(() => ReadAll(new MemoryStream(library)));
            Assert.True(problem is null or InvalidDataException, problem?.ToString());
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("MZ this is no ELF file, but it is longer than an ELF header is; it goes on and on")]
    public void Read_ForeignFile_InvalidData(string text)
    {
        var bytes = System.Text.Encoding.ASCII.GetBytes(text);

        Assert.Throws<InvalidDataException>(() => ElfImage.Read(new MemoryStream(bytes)));
    }

    // Headers, the tables of sections and segments, and the version records: whatever else is damaged is not read.
    private static int DamagedOffset(Random random, int length, ElfSection versions) => random.Next(3) switch
    {
        0 => random.Next(64 + (10 * 56)),
        1 => length - 1 - random.Next(31 * 64),
        _ => (int)(versions.Offset + versions.Size) + random.Next(540),
    };

    private static void ReadAll(Stream stream)
    {
        var image = ElfImage.Read(stream);
        _ = image.VersionNeeds;
        _ = image.ReadVersionDefinitions();
        foreach (var symbol in image.Symbols)
            _ = image.NameBytesOf(symbol).Length;
    }
}
