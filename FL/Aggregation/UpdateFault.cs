namespace FedActors.FL.Aggregation;

/// <summary>Why an update cannot enter an average. A closed set: each case is a record nested here.</summary>
public abstract record UpdateFault
{
    private UpdateFault()
    {
    }

    /// <summary>A short stable code for logs, counters and refusals.</summary>
    public abstract string Code { get; }

    /// <summary>What is wrong and where, for people.</summary>
    public abstract string Text { get; }

    /// <summary>The update has another number of parameters than the model.</summary>
    /// <param name="Expected">Parameters of the model.</param>
    /// <param name="Found">Parameters of the update.</param>
    public sealed record WrongShape(int Expected, int Found) : UpdateFault
    {
        /// <inheritdoc/>
        public override string Code => "wrong-shape";

        /// <inheritdoc/>
        public override string Text => $"The update has {Found} parameters; the model has {Expected}.";
    }

    /// <summary>A parameter is NaN or infinite: training diverged, or the update was damaged.</summary>
    /// <param name="Parameter">The first such parameter, for instance <c>W[35,2]</c>.</param>
    /// <param name="Value">Its value.</param>
    public sealed record NonFinite(string Parameter, float Value) : UpdateFault
    {
        /// <inheritdoc/>
        public override string Code => "non-finite";

        /// <inheritdoc/>
        public override string Text => $"Parameter {Parameter} is {Value}; the training diverged: lower the learning rate, or look for damaged data.";
    }

    /// <summary>A parameter is larger than <see cref="UpdateInspection.MaxMagnitude"/>.</summary>
    /// <param name="Parameter">The first such parameter.</param>
    /// <param name="Value">Its value.</param>
    public sealed record OutOfRange(string Parameter, float Value) : UpdateFault
    {
        /// <inheritdoc/>
        public override string Code => "out-of-range";

        /// <inheritdoc/>
        public override string Text => $"Parameter {Parameter} is {Value}; magnitudes above {UpdateInspection.MaxMagnitude} are refused: lower the learning rate.";
    }

    /// <summary>The weight is not a finite number in <see cref="UpdateInspection.MinWeight"/>..<see cref="UpdateInspection.MaxWeight"/>.</summary>
    /// <param name="Weight">What the update asked to count for.</param>
    public sealed record InvalidWeight(double Weight) : UpdateFault
    {
        /// <inheritdoc/>
        public override string Code => "invalid-weight";

        /// <inheritdoc/>
        public override string Text => $"The update's weight is {Weight}; {UpdateInspection.MinWeight} to {UpdateInspection.MaxWeight} is allowed.";
    }

    /// <summary>The average has taken in all it can hold without a sum overflowing.</summary>
    /// <param name="Limit">The limit that this update would pass.</param>
    public sealed record AverageFull(string Limit) : UpdateFault
    {
        /// <inheritdoc/>
        public override string Code => "average-full";

        /// <inheritdoc/>
        public override string Text => $"The average cannot take the update in: {Limit}. Average smaller groups first and merge weights, or weigh in thousands of examples.";
    }
}
