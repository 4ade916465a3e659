namespace FedActors.Tests.TestKit.OutsidePrograms;

/// <summary>A test that cuts the power of a file system. Where the kernel does not allow that it is skipped, and says why: no package would help.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PowerCutFactAttribute : FactAttribute
{
    private static readonly Lazy<string?> Obstacle = new(LoopFileSystem.FindObstacle);

    public PowerCutFactAttribute()
    {
        if (Obstacle.Value is { } obstacle)
        {
            Skip = $"Needs a loop-mounted ext4 file system that can be shut down, and the right to make one, as root has it: {obstacle}";
        }
    }
}
