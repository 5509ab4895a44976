namespace Subloc.Examples.Tests;

[Collection("Processor")]
public sealed class FileExampleTests
{
    [Theory]
    [InlineData("quickstart.cs")]
    [InlineData("own-network.cs")]
    [InlineData("locate.cs")]
    public async Task Example_Run_PrintsWhatItsEndSays(string name)
    {
        await RunAsync(name);
    }

    [Fact]
    public async Task Onnx_RunAndPublished_ScoresWithoutTorch()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("subloc-examples-");
        try
        {
            string model = Path.Combine(folder.FullName, "m.onnx"), application = Path.Combine(folder.FullName, "score");
            await RunAsync("onnx.cs", model);
            var (published, report) = await ExampleProcess.PublishAsync(Repository.PathOf("examples", "score.cs"), application);
            Assert.True(published == 0, report);

            var (exitCode, output) = await ExampleProcess.StartAsync(Path.Combine(application, "score.dll"), model);

            Assert.True(exitCode == 0, output);
            string[] lines = output.Split('\n');
            Assert.Equal(1500, lines.Length);
            Assert.All(lines, line => Assert.Matches("^SYNTHETIC[0-9]+,[A-Za-z/ ]+,[01]\\.[0-9]{3}$", line));
            FileInfo[] files = new DirectoryInfo(application).GetFiles("*", SearchOption.AllDirectories);
            Assert.DoesNotContain(files, file => file.Name.Contains("torch", StringComparison.OrdinalIgnoreCase) || file.Name.Contains("c10", StringComparison.Ordinal));

            // .NET itself takes 72 MB more.
            Assert.InRange(files.Sum(file => file.Length), 1 << 20, 58 << 20);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    // The end of an example's file is what it prints.
    private static async Task RunAsync(string name, params string[] args)
    {
        string path = Repository.PathOf("examples", name);
        IEnumerable<string> end = File.ReadLines(path).Reverse().TakeWhile(line => line.StartsWith("// ", StringComparison.Ordinal));
        string expected = string.Join('\n', end.Reverse().Select(line => line[3..]));

        var (exitCode, output) = await ExampleProcess.RunAsync(path, args);

        Assert.True(exitCode == 0, output);
        Assert.Equal(Numbers.Mask(expected), Numbers.Mask(output));
        double[] accuracies = Numbers.In(output);
        Assert.True(accuracies[0] > accuracies[1] + 0.1, output);
    }
}
