using System.IO.Compression;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;
using Subloc.Testing;

namespace Subloc.Examples.Tests.Packages;

[Collection("Processor")]
public sealed class PackageTests(PackedPackages packed) : IClassFixture<PackedPackages>
{
    // Custom debug information that holds the text of a source file (portable PDB, "Embedded Source").
    private static readonly Guid _embeddedSource = new("0E8A571B-6926-466E-B4AD-8AB04611F5FE");

    // Beside the quick start, the model that comes as a package.
    private const string Pretrained =
        """
        using var pretrained = Subloc.MLNet.Pretrained.ProteinLocalizer.LoadPretrained(mlContext);
        Console.WriteLine(mlContext.Data.CreateEnumerable<Prediction>(pretrained.Transform(proteins), reuseRowObject: false).Count());
        #endregion
        """;

    public static TheoryData<string> Names => [.. PackedPackages.Names];

    public static TheoryData<string> Libraries => [.. PackedPackages.Names.Where(name => name != "Subloc.Cli")];

    [Theory]
    [MemberData(nameof(Names))]
    public void Package_SaysWhatItIs_AndNoAddress(string name)
    {
        using ZipArchive package = packed.Open(name);

        XElement about = ReadXml(package, $"{name}.nuspec").Root!.Elements().First();
        string? Value(string element) => about.Elements().FirstOrDefault(child => child.Name.LocalName == element)?.Value;

        Assert.Equal(name, Value("id"));
        Assert.Equal("MIT", Value("license"));
        Assert.NotEmpty(Value("tags")!);
        Assert.True(Value("description")!.Length > 40);
        Assert.Null(Value("projectUrl"));
        Assert.Null(Value("repository"));
        Assert.True(package.GetEntry(Value("readme")!)!.Length > 400);
        Assert.True(package.GetEntry(Value("icon")!)!.Length > 1000);
        Assert.DoesNotContain(package.Entries, entry => entry.FullName.Contains("libtorch_cpu", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public void Library_HasDocumentationAndSymbols_ThatNameNoFolderOfTheBuild(string name)
    {
        using ZipArchive package = packed.Open(name), symbols = packed.Open(name, "snupkg");

        using var library = new PEReader(Copy(package, $"lib/net10.0/{name}.dll"));
        using var provider = MetadataReaderProvider.FromPortablePdbStream(Copy(symbols, $"lib/net10.0/{name}.pdb"));
        MetadataReader pdb = provider.GetMetadataReader();

        Assert.NotEmpty(ReadXml(package, $"lib/net10.0/{name}.xml").Descendants("member"));
        Assert.Contains(library.ReadDebugDirectory(), entry => entry.Type == DebugDirectoryEntryType.Reproducible);
        string root = ExampleProcess.Configuration == "Release" ? "/_/src/" : Repository.PathOf("src");
        Assert.All(pdb.Documents, document => Assert.StartsWith(root, pdb.GetString(pdb.GetDocument(document).Name), StringComparison.Ordinal));
        int sources = pdb.CustomDebugInformation.Count(info => pdb.GetGuid(pdb.GetCustomDebugInformation(info).Kind) == _embeddedSource);
        Assert.Equal(pdb.Documents.Count, sources);
    }

    [Fact]
    public void TorchSharp_LeavesTheChoiceOfLibTorchOpen()
    {
        using ZipArchive package = packed.Open("Subloc.MLNet.TorchSharp");

        IEnumerable<string?> dependencies = ReadXml(package, "Subloc.MLNet.TorchSharp.nuspec").Descendants()
            .Where(element => element.Name.LocalName == "dependency").Select(element => (string?)element.Attribute("id"));

        Assert.Contains("TorchSharp", dependencies);
        Assert.DoesNotContain(dependencies, id => id!.StartsWith("libtorch", StringComparison.Ordinal));
    }

    [Fact]
    public void Tool_RunsOnThreeSystems_AndIsSmall()
    {
        using ZipArchive package = packed.Open("Subloc.Cli");

        Assert.All(
            ["linux-x64/native/libonnxruntime.so", "osx-arm64/native/libonnxruntime.dylib", "win-x64/native/onnxruntime.dll"],
            file => Assert.NotNull(package.GetEntry($"tools/net10.0/any/runtimes/{file}")));
        Assert.InRange(package.Entries.Sum(entry => entry.CompressedLength), 10 << 20, 100 << 20);
    }

    [LinuxFact]
    public async Task Libraries_InAnEmptyProject_RunTheQuickstart()
    {
        string quickstart = Repository.PathOf("examples", "quickstart.cs");
        string program = string.Join('\n', File.ReadLines(quickstart).Where(line => !line.StartsWith("#:", StringComparison.Ordinal)));
        File.WriteAllText(Path.Combine(packed.Elsewhere, "Program.cs"), program.Replace("#endregion", Pretrained, StringComparison.Ordinal));
        File.WriteAllText(Path.Combine(packed.Elsewhere, "first.csproj"),
            $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="Subloc.MLNet.Pretrained" Version="{PackedPackages.Version}" />
                <PackageReference Include="Subloc.MLNet.TorchSharp" Version="{PackedPackages.Version}" />
                <PackageReference Include="libtorch-cpu-linux-x64" Version="{PackedPackages.LibTorchVersion}" ExcludeAssets="native" />
              </ItemGroup>
            </Project>
            """);

        var (built, report) = await ExampleProcess.StartAsync(
            "dotnet", ["build", "-o", "out", "--disable-build-servers"], packed.Elsewhere, packed.Isolation);
        Assert.True(built == 0, report);
        Assert.True(Directory.Exists(Path.Combine(packed.Cache, "subloc.mlnet.torchsharp", PackedPackages.Version)));
        var (exitCode, output) = await ExampleProcess.StartAsync("dotnet", [Path.Combine("out", "first.dll")], packed.Elsewhere);

        Assert.True(exitCode == 0, output);
        Assert.Equal(Numbers.Mask(FileExampleTests.ExpectedOutput(quickstart) + "\n1000"), Numbers.Mask(output));
        Assert.EndsWith("\n1000", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tool_Installed_PredictsWithThePretrainedModel()
    {
        string csv = Path.Combine(packed.Elsewhere, "located.csv"), proteins = Repository.PathOf("examples", "data", "wellknown.fasta");

        var (exitCode, output) = await ExampleProcess.StartAsync(packed.Tool, ["predict", "--input", proteins, "--output", csv], packed.Elsewhere);

        Assert.True(exitCode == 0, output);
        string[] lines = await File.ReadAllLinesAsync(csv);
        Assert.Equal(26, lines.Length);
        Assert.StartsWith("id,predicted,probability", lines[0], StringComparison.Ordinal);
        Assert.All(lines[1..], line => Assert.Matches("^[A-Z0-9]+,[A-Za-z/ ]+,[01]\\.", line));
    }

    [LinuxFact]
    public async Task Tool_WithoutLibTorch_SaysHowToGetIt()
    {
        string nothing = Path.Combine(packed.Elsewhere, "nothing");

        var (exitCode, output) = await ExampleProcess.StartAsync(
            packed.Tool, ["crossvalidate"], packed.Elsewhere, ("NUGET_PACKAGES", nothing), ("SUBLOC_LIBTORCH", ""));

        Assert.Equal(1, exitCode);
        string remedy = $"'dotnet package download libtorch-cpu-linux-x64@{PackedPackages.LibTorchVersion} --output {nothing}'";
        Assert.Contains(remedy, output, StringComparison.Ordinal);
    }

    private static XDocument ReadXml(ZipArchive package, string file)
    {
        using Stream stream = package.GetEntry(file)!.Open();
        return XDocument.Load(stream);
    }

    private static MemoryStream Copy(ZipArchive package, string file)
    {
        using Stream stream = package.GetEntry(file)!.Open();
        var copy = new MemoryStream();
        stream.CopyTo(copy);
        copy.Position = 0;
        return copy;
    }
}
