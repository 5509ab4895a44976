using Subloc.Cli.Display;
using Subloc.Cli.Failures;

namespace Subloc.Cli.Commands;

/// <summary>Runs the work of a command: gives it a terminal, lets ctrl-C cancel it and reports its failure.</summary>
/// <remarks>
/// The work runs on a thread of its own. Linux hands a signal to the main thread unless it blocks it, and its handler runs on whatever the
/// stack pointer points to. libtorch's fastest kernels use that register for something else, so a ctrl-C in the middle of one
/// would be written over the heap.
/// </remarks>
internal sealed class CommandHost(TextWriter output, TextWriter error, bool isInteractive)
{
    private const int StackBytes = 16 << 20;

    /// <summary>Runs the work; 0 when it ends, 1 or 2 when it throws.</summary>
    public int Run(bool isQuiet, Action<Session> work) => Run(isQuiet, session =>
    {
        work(session);
        return 0;
    });

    /// <summary>Runs work that chooses its own exit code.</summary>
    public int Run(bool isQuiet, Func<Session, int> work)
    {
        int code = 0;
        var thread = new Thread(() => code = RunHere(isQuiet, work), StackBytes) { Name = "Command" };
        thread.Start();
        thread.Join();
        return code;
    }

    /// <summary>Writes the sentence of a failure and gives its exit code.</summary>
    public int Fail(Exception exception)
    {
        Failure failure = Failure.Of(exception);
        output.Flush();
        error.WriteLine(failure.Sentence);
        if (Environment.GetEnvironmentVariable("SUBLOC_TRACE") == "1")
            error.WriteLine(exception);
        return failure.ExitCode;
    }

    private int RunHere(bool isQuiet, Func<Session, int> work)
    {
        try
        {
            using var interruption = new Interruption(error);
            return work(new Session(new Terminal(output, error, isInteractive, isQuiet), interruption.Token));
        }
        catch (Exception failure)
        {
            return Fail(failure);
        }
    }
}
