using Spectre.Console;

namespace Subloc.Cli.Display;

/// <summary>Where a command speaks: results and progress on the output, warnings on the error stream.</summary>
internal sealed class Terminal(TextWriter output, TextWriter error, bool isInteractive, bool isQuiet)
{
    /// <summary>Receives data that a command was asked to print; not flushed at every line.</summary>
    public TextWriter Output => output;

    /// <summary>Prints a line, unless quiet.</summary>
    public void Line(string text = "")
    {
        if (isQuiet)
            return;

        output.WriteLine(text);
        output.Flush();
    }

    /// <summary>Prints a line beside data that occupy the output, unless quiet.</summary>
    public void Note(string text)
    {
        if (!isQuiet)
            error.WriteLine(text);
    }

    /// <summary>Prints a table, unless quiet.</summary>
    public void Show(ResultTable table)
    {
        if (isQuiet)
            return;

        if (isInteractive)
            AnsiConsole.Write(table.ToRich());
        else
            table.Write(output);
        output.Flush();
    }

    /// <summary>A display of training progress that suits the output.</summary>
    public TrainingDisplay MakeTrainingDisplay()
    {
        if (isQuiet)
            return new TrainingDisplay();

        return isInteractive ? new LiveTrainingDisplay(AnsiConsole.Console) : new PlainTrainingDisplay(this);
    }
}
