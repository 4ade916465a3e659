namespace FedActors.Actors.Remoting;

/// <summary>A large message that has come from another node, for as long as it waits in mailboxes or is handled.</summary>
/// <remarks>
/// It travels in the message's headers and so along with it, if an actor of this node forwards it. What an actor keeps of a message
/// that it has handled is the actor's own affair.
/// </remarks>
internal sealed class LargeArrival(UnhandledBytes unhandled, int bytes)
{
    private int _places;

    /// <summary>It comes to another place.</summary>
    public void Enter()
    {
        if (Interlocked.Increment(ref _places) == 1)
        {
            unhandled.Add(bytes);
        }
    }

    /// <summary>It leaves a place.</summary>
    public void Leave()
    {
        if (Interlocked.Decrement(ref _places) == 0)
        {
            unhandled.Add(-bytes);
        }
    }

    /// <summary>It leaves a place when it has been delivered from there.</summary>
    /// <param name="delivery">What to wait for before it is delivered, or null if it is.</param>
    /// <returns>Likewise.</returns>
    public Task? LeaveAfter(Task? delivery)
    {
        if (delivery is not null)
        {
            return LeaveAfterAsync(delivery);
        }

        Leave();
        return null;
    }

    private async Task LeaveAfterAsync(Task delivery)
    {
        try
        {
            await delivery;
        }
        finally
        {
            Leave();
        }
    }
}
