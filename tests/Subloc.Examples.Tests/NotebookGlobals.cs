namespace Subloc.Examples.Tests;

/// <summary>What the notebook's kernel offers besides C# itself.</summary>
/// <param name="output">Receives what is shown.</param>
public sealed class NotebookGlobals(TextWriter output)
{
    /// <summary>Shows a value; the name is the kernel's.</summary>
    public void display(object? value) => output.WriteLine(NotebookRunner.Format(value));
}
