using System.Text.Json.Nodes;
using Subloc.MLNet.TorchSharp.Training;

namespace Subloc.MLNet.TorchSharp.Optimization;

/// <summary>The learning rate of a run, step by step.</summary>
internal sealed class LearningRate : ITrainingCallback
{
    private readonly double _peak;
    private readonly LearningRateSchedule _schedule;
    private readonly PlateauSchedule? _plateau;
    private readonly Improvement? _improvement;
    private TrainingRun? _run;
    private double _lowered = 1;

    /// <param name="peak">The full learning rate.</param>
    /// <param name="schedule">Which part of it a step takes.</param>
    public LearningRate(double peak, LearningRateSchedule schedule)
    {
        _peak = peak;
        _schedule = schedule;
        _plateau = schedule as PlateauSchedule;
        _improvement = _plateau is null ? null : new Improvement(_plateau.Metric, _plateau.MinDelta);
    }

    /// <summary>Rate of the newest step; 0 before the first.</summary>
    public double Current { get; private set; }

    /// <summary>Moves on to the rate of a step.</summary>
    /// <param name="step">Number of the step, from 0.</param>
    /// <param name="steps">Steps in all epochs together.</param>
    /// <exception cref="InvalidOperationException">The schedule gives no rate.</exception>
    public double MoveTo(long step, long steps)
    {
        double factor = _schedule.FactorAt(step, steps);
        return factor >= 0 && double.IsFinite(factor)
            ? Show(_peak * factor * _lowered)
            : throw new InvalidOperationException($"The schedule {_schedule.GetType().Name} gave the factor {factor} for step {step} of {steps}; it must give 0 or more.");
    }

    public void OnTrainingStart(TrainingRun run) => _run = run;

    public void OnEpochEnd(TrainingRun run)
    {
        _improvement?.Update(run.History[^1]);
        if (_plateau is not null && _improvement!.EpochsWithout >= _plateau.Patience)
        {
            _lowered = Math.Max(_lowered * _plateau.Factor, _plateau.Floor);
            _improvement.ForgetEpochs();
        }
    }

    public JsonNode? SaveState() => new JsonObject { ["lowered"] = _lowered, ["current"] = Current, ["improvement"] = _improvement?.SaveState() };

    public void RestoreState(JsonNode state)
    {
        _lowered = (double)state["lowered"]!;
        Show((double)state["current"]!);
        if (state["improvement"] is { } improvement)
            _improvement?.RestoreState(improvement);
    }

    private double Show(double rate)
    {
        Current = rate;
        _run?.LearningRate = rate;
        return rate;
    }
}
