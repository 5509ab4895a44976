using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Subloc.Cli.Tests;

public sealed partial class HelpTests
{
    [Theory]
    [InlineData("subloc")]
    [InlineData("train")]
    [InlineData("crossvalidate")]
    [InlineData("evaluate")]
    [InlineData("predict")]
    [InlineData("mutate")]
    [InlineData("report")]
    [InlineData("card")]
    [InlineData("export")]
    [InlineData("info")]
    [InlineData("doctor")]
    public void Help_OfCommand_IsTheGoldenText(string command)
    {
        CommandRun run = CommandRun.Of(command == "subloc" ? ["--help"] : [command, "--help"]);

        Assert.Equal(0, run.ExitCode);
        Assert.Empty(run.Error);
        string golden = Path.Combine(GoldenFolder(), command + ".txt");
        if (Environment.GetEnvironmentVariable("SUBLOC_WRITE_GOLDEN") == "1")
            File.WriteAllText(golden, Normalize(run.Output));
        Assert.Equal(File.ReadAllText(golden), Normalize(run.Output));
    }

    [Fact]
    public void Version_IsPrinted()
    {
        CommandRun run = CommandRun.Of("--version");

        Assert.Equal(0, run.ExitCode);
        Assert.Matches(@"^\d+\.\d+\.\d+", run.Output);
    }

    // The name of the program is that of the test host when it runs in a test.
    private static string Normalize(string help) =>
        TrailingSpace().Replace(ProgramName().Replace(help.ReplaceLineEndings("\n"), "  subloc$1"), "\n").TrimEnd() + "\n";

    private static string GoldenFolder([CallerFilePath] string path = "") => Path.Combine(Path.GetDirectoryName(path)!, "Golden");

    [GeneratedRegex(@" +\n")]
    private static partial Regex TrailingSpace();

    [GeneratedRegex(@"(?<=Usage:\n)  \S+(.*)")]
    private static partial Regex ProgramName();
}
