using System.Buffers.Binary;
using Subloc.MLNet.TorchSharp.Native;

using Subloc.Testing;

namespace Subloc.MLNet.TorchSharp.Tests.Native;

public sealed class StreamInitPatchTests
{
    private const int MachineOffset = 18;

    [LinuxFact]
    public void Apply_RealLibrary_AsksForTheOlderVersionOnly()
    {
        var adjusted = ElfImage.Read(new MemoryStream(StreamInitPatch.Apply(NativeFiles.Bridge())));

        Assert.DoesNotContain(adjusted.VersionNeeds, need => need.Name == StreamInitPatch.NewVersion);
        Assert.Contains(adjusted.Symbols, symbol => symbol is { IsDefined: false, Version: 1 } && adjusted.NameOf(symbol) == "getpid");
        Assert.DoesNotContain(adjusted.Symbols, symbol => adjusted.NameOf(symbol).Contains("ios_base_library_init", StringComparison.Ordinal));
    }

    [LinuxFact]
    public void Apply_RealLibrary_ChangesFewBytes()
    {
        var library = NativeFiles.Bridge();

        var adjusted = StreamInitPatch.Apply(library);

        Assert.Equal(NativeFiles.Bridge(), library);
        Assert.InRange(library.Zip(adjusted).Count(pair => pair.First != pair.Second), 5, 17);
    }

    [LinuxFact]
    public void Apply_Twice_ChangesNothingMore()
    {
        var once = StreamInitPatch.Apply(NativeFiles.Bridge());

        Assert.Equal(once, StreamInitPatch.Apply(once));
    }

    [LinuxFact]
    public void Apply_AnotherSymbolBoundToTheVersion_Refuses()
    {
        var library = NativeFiles.Bridge();
        var image = ElfImage.Read(new MemoryStream(library));
        var version = image.VersionNeeds.Single(need => need.Name == StreamInitPatch.NewVersion).Index;
        var other = image.Symbols.First(symbol => symbol is { IsDefined: false, Version: > 1 } && symbol.Version != version);
        BinaryPrimitives.WriteUInt16LittleEndian(library.AsSpan((int)image.SymbolVersionSection.Offset + (other.Index * 2)), version);

        var problem = Assert.Throws<InvalidDataException>(() => StreamInitPatch.Apply(library));

        Assert.Contains("cannot be adjusted", problem.Message, StringComparison.Ordinal);
    }

    [LinuxFact]
    public void Apply_OtherProcessor_Refuses()
    {
        var library = NativeFiles.Bridge();
        library[MachineOffset] = 8;

        Assert.Throws<InvalidDataException>(() => StreamInitPatch.Apply(library));
    }

    [LinuxFact]
    public void Apply_LibraryWithoutTheVersion_Unchanged()
    {
        var library = File.ReadAllBytes(Path.Combine(NativeFiles.Installation.Folder, "libc10.so"));

        Assert.Same(library, StreamInitPatch.Apply(library));
    }
}
