using System.Numerics;

namespace FedActors.FL.Strategies;

/// <summary>Moves the global parameters by what a round's aggregate says: x becomes x + step(Δ), where Δ = aggregate - x.</summary>
/// <remarks>
/// Reddi et al. 2021, Adaptive federated optimization, algorithm 1. An optimizer is immutable; what it remembers from round to round is
/// an <see cref="OptimizerState"/>, which is stored with the round, so that a run goes on after an interruption as if there had been none.
/// All arithmetic is in float64 with operations that are rounded once, so that the bits are the same on every machine.
/// </remarks>
public abstract class ServerOptimizer
{
    private protected ServerOptimizer()
    {
    }

    /// <summary>Its name in logs.</summary>
    public abstract string Name { get; }

    /// <summary>Vectors that it remembers, each as long as the model.</summary>
    public abstract int Moments { get; }

    /// <summary>What a run begins with.</summary>
    /// <param name="count">The model's parameters.</param>
    public OptimizerState Begin(int count)
    {
        double[][] moments = new double[Moments][];
        for (int i = 0; i < moments.Length; i++)
        {
            moments[i] = new double[count];
            Array.Fill(moments[i], InitialValue(i));
        }

        return new OptimizerState(moments);
    }

    /// <summary>Takes a round's step.</summary>
    /// <param name="global">x: the parameters that the round began with.</param>
    /// <param name="aggregate">What the sites' updates were reduced to.</param>
    /// <param name="state">What the rounds before left; unchanged.</param>
    /// <param name="next">Filled with the new parameters.</param>
    /// <returns>What this round leaves.</returns>
    /// <exception cref="ArgumentException">The vectors or the state are not of one length, or the state is another optimizer's.</exception>
    public OptimizerState Step<T>(ReadOnlySpan<T> global, ReadOnlySpan<T> aggregate, OptimizerState state, Span<T> next)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(state);
        if (aggregate.Length != global.Length || next.Length != global.Length || !state.Fits(Moments, global.Length))
        {
            throw new ArgumentException($"{Name} keeps {Moments} vectors of {global.Length} numbers; the aggregate has {aggregate.Length}, the state is {state}.", nameof(state));
        }

        if (TakesAggregate)
        {
            aggregate.CopyTo(next);
            return state;
        }

        double[][] moments = new double[Moments][];
        for (int i = 0; i < moments.Length; i++)
        {
            moments[i] = state.Moment(i).ToArray();
        }

        double unused = 0;
        for (int i = 0; i < global.Length; i++)
        {
            double x = double.CreateTruncating(global[i]);
            double delta = double.CreateTruncating(aggregate[i]) - x;
            ref double first = ref (Moments > 0 ? ref moments[0][i] : ref unused);
            ref double second = ref (Moments > 1 ? ref moments[1][i] : ref unused);
            next[i] = T.CreateTruncating(x + Step(delta, ref first, ref second));
        }

        return new OptimizerState(moments);
    }

    /// <summary>Whether the aggregate is the next model, bit for bit.</summary>
    private protected virtual bool TakesAggregate => false;

    /// <summary>What a coordinate's moment begins with.</summary>
    private protected virtual double InitialValue(int moment) => 0;

    /// <summary>How far a coordinate moves.</summary>
    /// <param name="delta">Its difference in the aggregate.</param>
    /// <param name="first">Its first moment, updated.</param>
    /// <param name="second">Its second moment, updated.</param>
    private protected abstract double Step(double delta, ref double first, ref double second);
}
