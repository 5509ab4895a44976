using System.Text;
using Subloc.Cli;

// Not Console.Out, which flushes at every write: a predicted proteome has millions of fields.
using var output = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), 1 << 16);
return CommandLine.Invoke(args, output, Console.Error, isInteractive: !Console.IsOutputRedirected);
