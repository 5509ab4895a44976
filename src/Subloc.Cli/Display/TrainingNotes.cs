using Microsoft.ML;
using Microsoft.ML.Runtime;
using Subloc.Cli.Failures;
using Subloc.MLNet.TorchSharp.Checkpoints;
using Subloc.MLNet.TorchSharp.Training;

namespace Subloc.Cli.Display;

/// <summary>Passes on what trainings log besides their epochs: where they resume, how pretraining proceeds, and what is wrong with these or with families.</summary>
internal static class TrainingNotes
{
    // From which kind of message on each channel is shown.
    private static readonly (string Channel, ChannelMessageKind Least)[] _shown =
    [
        (RunCheckpoints.ChannelName, ChannelMessageKind.Info),
        (Pretraining.ChannelName, ChannelMessageKind.Info),
        (ProteinNetworkTrainer.FamiliesChannelName, ChannelMessageKind.Warning),
    ];

    /// <summary>Shows the messages of a context's trainings.</summary>
    public static void Show(MLContext context, TrainingDisplay display) => context.Log += (_, message) =>
    {
        if (_shown.Any(one => message.Kind >= one.Least && message.Source.EndsWith(one.Channel, StringComparison.Ordinal)))
            display.Say(Failure.Translate(message.RawMessage), isWarning: message.Kind >= ChannelMessageKind.Warning);
    };
}
