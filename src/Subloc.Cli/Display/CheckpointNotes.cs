using Microsoft.ML;
using Microsoft.ML.Runtime;
using Subloc.Cli.Failures;
using Subloc.MLNet.TorchSharp.Checkpoints;

namespace Subloc.Cli.Display;

/// <summary>Passes on what trainings log about their checkpoints: where they resume, and what is wrong.</summary>
internal static class CheckpointNotes
{
    /// <summary>Shows the messages of a context's trainings.</summary>
    public static void Show(MLContext context, TrainingDisplay display) => context.Log += (_, message) =>
    {
        if (message.Kind >= ChannelMessageKind.Info && message.Source.EndsWith(RunCheckpoints.ChannelName, StringComparison.Ordinal))
            display.Say(Failure.Translate(message.RawMessage), isWarning: message.Kind >= ChannelMessageKind.Warning);
    };
}
