using System.Diagnostics;
using FedActors.FL.Rounds;

namespace FedActors.FL.Roles;

/// <summary>A round as a span: the root of a trace, under which stand the messages that are sent for it, and what follows from them on every node.</summary>
/// <remarks>While nobody listens to the source it does nothing, and a run's messages hang together as they follow from each other.</remarks>
internal sealed class RoundSpan
{
    private static readonly ActivitySource Spans = new(FederationMeter.MeterName);
    private Activity? _span;
    private int _round;

    /// <summary>An effect is about to be performed. What the caller sends from now on belongs to the round that it begins, if it begins one.</summary>
    public void OnEffect(RoundEffect effect, string run)
    {
        if (effect is not OpenAggregation open || open.Round == _round)
        {
            return;
        }

        // Its former round may have been left without being announced.
        End();
        _round = open.Round;
        if (Spans.HasListeners())
        {
            // The message that let the round begin is part of another's trace, for instance that of the round before.
            Activity.Current = null;
            _span = Spans.StartActivity("round")?.SetTag("run", run).SetTag("round", open.Round);
        }
    }

    /// <summary>An effect was performed.</summary>
    public void OnPerformed(RoundEffect effect)
    {
        switch (effect)
        {
            case AnnounceRound:
                End();
                break;
            case FinishRun:
                _span?.SetStatus(ActivityStatusCode.Error, "the run ended before the round was committed");
                End();
                break;
        }
    }

    /// <summary>The round's time is over. What is current goes on, if that is another span.</summary>
    public void End()
    {
        if (_span is not { } span)
        {
            return;
        }

        Activity? current = Activity.Current;
        _span = null;
        span.Dispose();
        if (current != span)
        {
            Activity.Current = current;
        }
    }
}
