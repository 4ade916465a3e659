using FedActors.Actors;

namespace FedActors.Examples.Guide;

#region account
internal sealed record Deposit(long Amount);

internal sealed record BalanceRequest;

internal sealed record Balance(long Amount);

internal sealed class Account : Actor
{
    private long _amount;

    protected override ValueTask OnReceiveAsync(ActorContext context, object message)
    {
        switch (message)
        {
            case Deposit { Amount: < 0 }:
                throw new ArgumentException("Nothing is taken here.");
            case Deposit deposit:
                _amount += deposit.Amount;
                break;
            case BalanceRequest:
                context.Respond(new Balance(_amount));
                break;
        }

        return ValueTask.CompletedTask;
    }
}
#endregion
