using System.CommandLine;
using Subloc.Cli.Failures;
using Subloc.Cli.Training;
using Subloc.MLNet.TorchSharp.Optimization;
using Subloc.MLNet.TorchSharp.Training;

namespace Subloc.Cli.Commands;

/// <summary>Options on how the weights are learned: optimizer, schedule, loss and what is done to gradients and weights.</summary>
internal sealed class LearningOptions
{
    private static readonly (string Word, TrainingMetric Metric)[] _metrics =
    [
        ("validation-loss", TrainingMetric.ValidationLoss),
        ("accuracy", TrainingMetric.ValidationAccuracy),
        ("macro-f1", TrainingMetric.ValidationMacroF1),
        ("gorodkin", TrainingMetric.ValidationGorodkin),
        ("training-loss", TrainingMetric.TrainingLoss),
    ];

    private readonly ChoiceOption _optimizer = new("--optimizer", ["adam", "adamw", "muon", "sgd"], "How gradients change the weights.");

    private readonly RealNumberOption _weightDecay = new(
        "--weight-decay", value => value >= 0 && double.IsFinite(value), "of 0 or above",
        "Pull of the weights towards zero, biases and norms excepted. Default 0.01 for adamw and muon, 0 for sgd; adam has none.");

    private readonly ChoiceOption _schedule = new(
        "--schedule", ["constant", "cosine", "one-cycle", "plateau"],
        "How the learning rate changes: constant, cosine, one-cycle or plateau, which halves it after 5 epochs without improvement.")
    { HelpName = "NAME" };

    private readonly RealNumberOption _warmUp = new(
        "--warmup", value => value is >= 0 and < 1, "from 0 to below 1",
        "Share of all steps in which the rate rises. Default 0.05 for cosine, 0.3 for one-cycle.");

    private readonly ChoiceOption _loss = new("--loss", ["cross-entropy", "focal"], "What is minimised; focal looks more at proteins that are hard to predict.");

    private readonly RealNumberOption _focalGamma = new(
        "--focal-gamma", value => value is > 0 and <= 10, "above 0 and up to 10", "How much more the focal loss looks at them. Default 2.");

    private readonly RealNumberOption _labelSmoothing = new(
        "--label-smoothing", value => value is >= 0 and < 1, "from 0 to below 1", "Part of each label that is spread over all compartments. Default 0.");

    private readonly RealNumberOption _logitAdjustment = new(
        "--logit-adjustment", value => value is >= 0 and <= 2, "from 0 to 2", "How far rare compartments are favoured; 1 makes all equally frequent. Default 0.");

    private readonly ChoiceOption _classWeights = new(
        "--class-weights", ["none", "balanced", "effective"],
        "Whether proteins of rare compartments count more: none, balanced (as much together as those of any other) or effective (something less).")
    {
        HelpName = "KIND",
    };

    private readonly RealNumberOption _clip = new(
        "--clip", value => value > 0 && double.IsFinite(value), "above 0", "Length that longer gradients are shortened to. Default: none is.");

    private readonly RealNumberOption _average = new(
        "--average", value => value is > 0 and < 1, "above 0 and below 1",
        "Keep a running average of the weights as the model, with this decay a step, such as 0.999. Default: the weights themselves.");

    private readonly WholeNumberOption _accumulate = new("--accumulate", 1, "Batches whose gradients are added up for one step. Default 1.");

    private readonly ChoiceOption _stopOn = new(
        "--stop-on", [.. _metrics.Select(metric => metric.Word)], "What ends training early and chooses the best epoch.")
    { HelpName = "METRIC" };

    public LearningOptions(Command command)
    {
        _stopOn.Description += $" METRIC is {string.Join(", ", _metrics[..^1].Select(metric => metric.Word))} or {_metrics[^1].Word}.";
        foreach (Option option in (Option[])[
            _optimizer, _weightDecay, _schedule, _warmUp, _loss, _focalGamma, _labelSmoothing, _logitAdjustment, _classWeights, _clip, _average, _accumulate, _stopOn])
            command.Add(option);
    }

    /// <summary>The plan that was asked for.</summary>
    /// <exception cref="RequestException">Two options do not go together.</exception>
    public LearningPlan Read(ParseResult request)
    {
        TrainingMetric stopOn = _metrics.First(metric => metric.Word == request.GetValue(_stopOn)).Metric;
        return new LearningPlan
        {
            Optimizer = ReadOptimizer(request),
            Schedule = ReadSchedule(request, stopOn),
            Loss = ReadLoss(request),
            ClipNorm = request.GetValue(_clip),
            AccumulateBatches = request.GetValue(_accumulate) ?? 1,
            AverageDecay = request.GetValue(_average),
            StopOn = stopOn,
        };
    }

    private OptimizerOptions ReadOptimizer(ParseResult request)
    {
        double? decay = request.GetValue(_weightDecay);
        switch (request.GetValue(_optimizer))
        {
            case "adamw":
                return decay is null ? new AdamWOptions() : new AdamWOptions { WeightDecay = decay.Value };
            case "muon":
                return decay is null ? new MuonOptions() : new MuonOptions { WeightDecay = decay.Value };
            case "sgd":
                return new SgdOptions { WeightDecay = decay ?? 0 };
            default:
                return decay is null ? new AdamOptions() : throw new RequestException("--weight-decay goes with --optimizer adamw, muon or sgd, not with adam.");
        }
    }

    private LearningRateSchedule ReadSchedule(ParseResult request, TrainingMetric metric)
    {
        double? warmUp = request.GetValue(_warmUp);
        string schedule = request.GetValue(_schedule)!;
        return (schedule, warmUp) switch
        {
            ("cosine", null) => new CosineSchedule(),
            ("cosine", _) => new CosineSchedule { WarmUp = warmUp.Value },
            ("one-cycle", null) => new OneCycleSchedule(),
            ("one-cycle", _) => new OneCycleSchedule { WarmUp = warmUp.Value },
            ("plateau", null) => new PlateauSchedule { Metric = metric },
            ("constant", null) => new ConstantSchedule(),
            _ => throw new RequestException($"--warmup goes with --schedule cosine or one-cycle, not with {schedule}."),
        };
    }

    private LossOptions ReadLoss(ParseResult request)
    {
        bool isFocal = request.GetValue(_loss) == "focal";
        double? gamma = request.GetValue(_focalGamma);
        if (gamma is not null && !isFocal)
            throw new RequestException("--focal-gamma goes with --loss focal, not with cross-entropy.");

        return new LossOptions
        {
            FocalGamma = isFocal ? gamma ?? 2 : 0,
            LabelSmoothing = request.GetValue(_labelSmoothing) ?? 0,
            LogitAdjustment = request.GetValue(_logitAdjustment) ?? 0,
            ClassWeighting = request.GetValue(_classWeights) switch
            {
                "balanced" => ClassWeighting.Balanced,
                "effective" => ClassWeighting.EffectiveNumber,
                _ => ClassWeighting.None,
            },
        };
    }
}
