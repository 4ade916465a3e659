namespace FedActors.Tests.TestKit;

/// <summary>Bounds an await, so that what never happens fails a test instead of hanging it.</summary>
public static class Within
{
    public static Task Limit(this Task task) => task.WaitAsync(Eventually.Limit, TimeProvider.System);

    public static Task<T> Limit<T>(this Task<T> task) => task.WaitAsync(Eventually.Limit, TimeProvider.System);

    public static Task Limit(this ValueTask task) => task.AsTask().Limit();

    public static Task<T> Limit<T>(this ValueTask<T> task) => task.AsTask().Limit();
}
