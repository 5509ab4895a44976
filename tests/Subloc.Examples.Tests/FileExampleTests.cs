namespace Subloc.Examples.Tests;

[Collection("Processor")]
public sealed class FileExampleTests
{
    [Theory]
    [InlineData("quickstart.cs")]
    [InlineData("own-network.cs")]
    public async Task Example_Run_PrintsWhatItsEndSays(string name)
    {
        string path = Repository.PathOf("examples", name);
        IEnumerable<string> end = File.ReadLines(path).Reverse().TakeWhile(line => line.StartsWith("// ", StringComparison.Ordinal));
        string expected = string.Join('\n', end.Reverse().Select(line => line[3..]));

        var (exitCode, output) = await ExampleProcess.RunAsync(path);

        Assert.True(exitCode == 0, output);
        Assert.Equal(Numbers.Mask(expected), Numbers.Mask(output));
        double[] accuracies = Numbers.In(output);
        Assert.True(accuracies[0] > accuracies[1] + 0.1, output);
    }
}
