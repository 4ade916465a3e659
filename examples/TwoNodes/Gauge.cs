using FedActors.Actors;

namespace FedActors.Examples.TwoNodes;

#region actor
/// <summary>Counts readings and their mean. A restart forgets them.</summary>
internal sealed class Gauge : Actor
{
    private long _readings;
    private double _sum;

    protected override ValueTask OnReceiveAsync(ActorContext context, object message)
    {
        switch (message)
        {
            case Reading { Degrees: double.NaN }:
                throw new ArgumentException("The thermometer is broken.");
            case Reading reading:
                _readings++;
                _sum += reading.Degrees;
                break;
            case SummaryRequest:
                context.Respond(new Summary(_readings, _readings == 0 ? 0 : _sum / _readings));
                break;
        }

        return ValueTask.CompletedTask;
    }
}
#endregion
