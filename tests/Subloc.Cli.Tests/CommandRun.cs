using System.Text.Json.Nodes;

namespace Subloc.Cli.Tests;

/// <summary>What one run of the tool gave.</summary>
internal sealed record CommandRun(int ExitCode, string Output, string Error)
{
    /// <summary>Runs the tool in this process.</summary>
    public static CommandRun Of(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        int code = CommandLine.Invoke(args, output, error);
        return new CommandRun(code, output.ToString(), error.ToString());
    }

    /// <summary>Runs the tool, which must succeed, and reads the JSON that it wrote.</summary>
    public static JsonObject JsonOf(string jsonPath, params string[] args)
    {
        CommandRun run = Of([.. args, "--json", jsonPath]);
        Assert.True(run.ExitCode == 0, run.Error);
        return JsonNode.Parse(File.ReadAllText(jsonPath))!.AsObject();
    }

    /// <summary>Asserts that the run failed with one sentence on the error stream.</summary>
    public void AssertFailed(int exitCode, string sentence)
    {
        Assert.Equal(exitCode, ExitCode);
        Assert.Contains(sentence, Error, StringComparison.Ordinal);
        Assert.Equal(1, Error.Count(letter => letter == '\n'));
        Assert.EndsWith(".\n", Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Unexpected", Error, StringComparison.Ordinal);
    }
}
