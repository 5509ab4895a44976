namespace Subloc.Examples.Tests;

/// <summary>What the notebook's kernel offers besides C# itself.</summary>
/// <param name="show">Receives what is displayed.</param>
public sealed class NotebookGlobals(Action<object?> show)
{
    /// <summary>Shows a value; the name is the kernel's.</summary>
    public void display(object? value) => show(value);
}
